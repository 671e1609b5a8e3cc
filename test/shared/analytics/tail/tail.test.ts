import { describe, expect, it } from 'vitest';
import { refusals } from '../../../../shared/analytics/sql/dialect.ts';
import { translate } from '../../../../shared/analytics/sql/translate.ts';
import { NewRows } from '../../../../shared/analytics/tail/new_rows.ts';
import { tailQuery } from '../../../../shared/analytics/tail/tail_query.ts';

describe('NewRows', () => {
  it('gives each row of overlapping windows once, and equal rows as often as they happened', () => {
    const fresh = new NewRows();
    const a = { at: 1, path: '/a' };
    const b = { at: 2, path: '/b' };
    expect(fresh.of([a, a])).toEqual([a, a]);
    expect(fresh.of([a, a, a, b])).toEqual([a, b]);
    expect(fresh.of([b, b])).toEqual([b]);
    expect(fresh.of([])).toEqual([]);
  });

  it('gives a row that arrives late, after rows of later seconds', () => {
    const fresh = new NewRows();
    const late = { at: 1, path: '/late' };
    const later = { at: 2, path: '/later' };
    expect(fresh.of([later])).toEqual([later]);
    expect(fresh.of([late, later])).toEqual([late]);
  });
});

describe('tailQuery', () => {
  it.each([
    {},
    { balancer: "it's", pool: 'eu', origin: 'eu/a\\', country: 'de', status: '5xx' },
    { status: '503' },
  ])('is a query that production takes: %j', (filters) => {
    const query = tailQuery(filters);
    expect(refusals(query)).toEqual([]);
    expect(() => translate(query)).not.toThrow();
  });

  it('filters by a status or by its class', () => {
    expect(tailQuery({ status: '5xx' })).toContain('status >= 500 AND status < 600');
    expect(tailQuery({ status: '404' })).toContain('status = 404');
  });

  it.each(['6xx', '50', 'abc', '5xx OR 1=1'])('refuses the status %s', (status) => {
    expect(() => tailQuery({ status })).toThrow(RangeError);
  });

  it('reads a longer time than rows take to arrive in production', () => {
    const [, seconds] = /INTERVAL '(\d+)' SECOND/.exec(tailQuery({})) ?? [];
    expect(Number(seconds)).toBeGreaterThanOrEqual(120);
  });
});
