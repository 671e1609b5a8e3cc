import { describe, expect, it } from 'vitest';
import type { OriginStatus } from '../../../../shared/contracts/status.ts';
import { statusText } from '../../../../tools/cli/status/status_text.ts';
import { originStatus, poolStatus, statusOf } from '../../../support/status.ts';

const origin = (id: string, change: Partial<OriginStatus> = {}) =>
  originStatus(id, { traffic: { requests: 1_234, errors: 12, p95_ms: 56 }, ...change });

const PUBLISHED = { published: true, version: 7, hash: null, published_at: null, error: null, outside: null };
const text = (origins: OriginStatus[], publication = PUBLISHED) =>
  statusText({ status: statusOf([poolStatus('eu', origins)], ['shop', 'blog']), publication }, 80);

describe('statusText', () => {
  it('says first that nothing needs attention', () => {
    expect(text([origin('eu/a')]).split('\n')[0]).toBe('Nothing needs attention.');
  });

  it('says first what needs attention, why and for how long', () => {
    const lines = text([
      origin('eu/a'),
      origin('eu/b', { state: 'down', reason: 'http_timeout', since: '2026-11-01T09:57:00.000Z' }),
    ]).split('\n');
    expect(lines.slice(0, 2)).toEqual(['Needs attention: 1', '  eu/b down for 3 min: http_timeout']);
    expect(lines.findIndex((line) => line.startsWith('eu/b'))).toBeLessThan(
      lines.findIndex((line) => line.startsWith('eu/a')),
    );
  });

  it('shows each origin once, with the traffic of all load balancers together', () => {
    const rows = text([origin('eu/a')])
      .split('\n')
      .filter((line) => line.startsWith('eu/a'));
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatch(/eu\/a +up +2 h +ready +1 +2,468 +0\.972 % +56 ms/);
  });

  it('says if the newest version is not in force', () => {
    expect(text([origin('eu/a')], { ...PUBLISHED, published: false })).toContain(
      'and the newest one is not yet',
    );
  });

  it('shows no character that controls the terminal', () => {
    const broken = origin('eu/b', { state: 'down', reason: 'x\u001b[2J\nall is well' as never });
    expect(text([broken]).split('\n')[1]).toContain('x\u00b7[2J\u00b7all is well');
  });

  it('fits a terminal of 80 columns', () => {
    const long = origin('europe-west/customer-facing-1', {
      state: 'down',
      reason: 'tls_untrusted_cert' as never,
    });
    for (const line of text([long, origin('eu/a')]).split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    for (const line of text([origin('eu/a'), origin('eu/b', { standing: 'maintenance' })]).split('\n'))
      expect(line.length).toBeLessThanOrEqual(80);
  });
});
