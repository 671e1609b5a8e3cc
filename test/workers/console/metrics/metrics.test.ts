import { reset } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { exposition, formatFor } from '../../../../workers/console/metrics/family.ts';
import { statusMetrics } from '../../../../workers/console/metrics/status_metrics.ts';
import { originStatus, poolStatus, statusOf } from '../../../support/status.ts';
import { asked, visit } from '../visit.ts';

const PUBLISHED = { published: true, version: 7, hash: 'h', published_at: '', error: null, outside: null };

/** Rows of traffic that the console reads (signals/queries.ts). */
const MOST_SERVED = 1_000;

/** Samples of one metric, as `labels value`. */
function samples(text: string, name: string): string[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .map((line) => line.slice(name.length).trim());
}

describe('metrics', () => {
  const status = statusOf(
    [
      poolStatus('eu', [
        originStatus('eu/a', { weight: 0.5 }),
        originStatus('eu/b', {
          ...{ state: 'down', standing: 'drain', traffic: { requests: 0, errors: 0, p95_ms: null } },
          ejection: { isolates: 3, until: '', reason: 'failure_percent' },
        }),
      ]),
    ],
    ['shop', 'blog'],
  );
  const text = exposition(statusMetrics(status, PUBLISHED), 'text');

  it('have each origin once, and its traffic by load balancer', () => {
    expect(samples(text, 'plimsoll_origin_up')).toEqual([
      '{pool="eu",origin="eu/a"} 1',
      '{pool="eu",origin="eu/b"} 0',
    ]);
    expect(samples(text, 'plimsoll_origin_ready').at(-1)).toMatch(/ 0$/);
    expect(samples(text, 'plimsoll_origin_weight')[0]).toMatch(/ 0\.5$/);
    expect(samples(text, 'plimsoll_origin_ejected_isolates')).toEqual(['{pool="eu",origin="eu/b"} 3']);
    expect(samples(text, 'plimsoll_requests_per_second')).toEqual([
      '{balancer="shop",origin="eu/a"} 1',
      '{balancer="blog",origin="eu/a"} 1',
    ]);
    expect(samples(text, 'plimsoll_request_duration_p95_seconds')[0]).toMatch(/ 0\.005$/);
  });

  it('say whether the newest version is in force, and whether somebody else wrote to KV', () => {
    const of = (change: object) =>
      samples(
        exposition(statusMetrics(status, { ...PUBLISHED, ...change }), 'text'),
        'plimsoll_config_published',
      );
    expect(of({})).toEqual(['1']);
    expect(of({ published: false })).toEqual(['0']);
    expect(of({ outside: { version: 1, hash: '', published_at: '' } })).toEqual(['0']);
  });

  it('leave traffic out where it is not known', () => {
    const unknown = { ...status, signals: null, signals_reason: 'no SQL' };
    const shown = exposition(statusMetrics(unknown, PUBLISHED), 'text');
    expect(samples(shown, 'plimsoll_traffic_known')).toEqual(['0']);
    expect(shown).not.toContain('per_second');
  });

  it('keep any name a value', () => {
    const odd = { name: 'm', help: 'a\nb', samples: [{ labels: { pool: 'a"b\\c\nd' }, value: Number.NaN }] };
    expect(exposition([odd], 'text')).toBe('# HELP m a\\nb\n# TYPE m gauge\nm{pool="a\\"b\\\\c\\nd"} NaN\n');
  });

  it('have units and an end in OpenMetrics, for whoever accepts it', () => {
    expect(formatFor('application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.2')).toBe(
      'openmetrics',
    );
    expect(formatFor('text/plain')).toBe('text');
    expect(formatFor(null)).toBe('text');
    const shown = exposition(statusMetrics(status, PUBLISHED), 'openmetrics');
    expect(shown).toContain('# UNIT plimsoll_request_duration_p95_seconds seconds\n');
    expect(shown.endsWith('\n# EOF\n')).toBe(true);
  });

  it('of 10,000 origins, as many as can have traffic, are below 5 MB', () => {
    const pools = Array.from({ length: 100 }, (_pool, p) =>
      poolStatus(
        `pool-with-a-name-${p}`,
        Array.from({ length: 100 }, (_origin, o) =>
          originStatus(`pool-with-a-name-${p}/origin-number-${o}`, {
            traffic: { requests: p < MOST_SERVED / 100 ? 300 : 0, errors: 0, p95_ms: 5 },
          }),
        ),
      ),
    );
    expect(exposition(statusMetrics(statusOf(pools), PUBLISHED), 'openmetrics').length).toBeLessThan(
      5_000_000,
    );
  });

  it('need a token', async () => {
    // Tests share a runtime, so another file may have published something.
    await reset();
    expect((await visit('/metrics', { token: null })).status).toBe(401);
    // Nothing is published here, and the answer says so as every other one.
    expect((await asked('/metrics')).status).toBe(503);
  });
});
