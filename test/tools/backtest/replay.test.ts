import { describe, expect, it } from 'vitest';
import type { ConfigDocument } from '../../../shared/model/config.ts';
import { STRATEGIES } from '../../../shared/strategies/strategies.ts';
import type { Recorded } from '../../../tools/backtest/recorded.ts';
import { replay } from '../../../tools/backtest/replay.ts';
import { recorded, shop } from './rows.ts';

const START = 1_790_000_000_000;

function run(
  rows: readonly Recorded[],
  config: ConfigDocument,
  more: { seed?: number; max_decisions?: number } = {},
) {
  return replay({ rows, config, strategies: STRATEGIES, seed: 1, clock: () => 0, ...more });
}

/** Rows, one per second. `a` answers in 10 ms; every tenth row is of `b`, which takes 100 ms. */
function nineToOne(count: number, row: Partial<Recorded> = {}): Recorded[] {
  return Array.from({ length: count }, (_, second) => {
    const slow = second % 10 === 0;
    const ms = slow ? 100 : 10;
    const origin = slow ? 'web/b' : 'web/a';
    return recorded({ at: START + second * 1_000, origin, first_byte_ms: ms, total_ms: ms, ...row });
  });
}

describe('replay', () => {
  it('counts observed, replayed and moved requests', () => {
    const result = run(nineToOne(100), shop({ policy: 'off' }));
    expect(result).toMatchObject({ requests: 100, decisions: 100, moved_requests: 10 });
    expect(result.origins).toMatchObject([
      { origin: 'web/a', observed_requests: 90, replayed_requests: 100 },
      { origin: 'web/b', observed_requests: 10, replayed_requests: 0 },
    ]);
    expect(result.moved_by_chance).toBeCloseTo(0.1, 10);
  });

  it('counts clients that move, not their requests', () => {
    const rows = [
      recorded({ client: 1, weight: 50 }),
      recorded({ client: 1, origin: 'web/b', weight: 3 }),
      recorded({ client: 2, origin: 'web/b' }),
      recorded({ client: 0, origin: 'web/b' }),
    ];
    expect(run(rows, shop({ policy: 'off' }))).toMatchObject({
      moved_requests: 5,
      clients: 2,
      moved_clients: 1,
      anonymous_requests: 1,
    });
  });

  it('keeps a client on one origin with a hash of its address, for which a number stands', () => {
    const config = shop({ policy: 'hash' }, ['a', 'b', 'c']);
    const rows = Array.from({ length: 3_000 }, (_, index) => recorded({ client: 1 + (index % 300) }));
    const result = run(rows, config);
    expect(result).toMatchObject({ clients: 300, missing_facts: [] });
    const stayed = result.origins.find(({ origin }) => origin === 'web/a')?.replayed_requests;
    expect(stayed).toBe((300 - result.moved_clients) * 10);
    // A third of 300 keys is 100, with a standard deviation of 8.2. Four of them are allowed.
    expect(Math.abs(result.moved_clients - 200)).toBeLessThan(33);
  });

  it('estimates latency from the times and the new share of each origin', () => {
    const result = run(nineToOne(1_000), shop({ policy: 'round_robin' }));
    const [a, b] = result.origins;
    expect(a?.estimated).toEqual({ mean_ms: 10, p50_ms: 10, p95_ms: 10, p99_ms: 10 });
    expect(b?.estimated).toEqual({ mean_ms: 100, p50_ms: 100, p95_ms: 100, p99_ms: 100 });
    expect(result.all.observed?.mean_ms).toBeCloseTo(19, 10);
    // Round robin gives exactly one half to each.
    expect(result.all.estimated?.mean_ms).toBeCloseTo(55, 10);
  });

  it('counts a row by the number of requests that it stands for', () => {
    const rows = [recorded({ weight: 900 }), recorded({ weight: 100, origin: 'web/b', first_byte_ms: 100 })];
    const result = run(rows, shop({ policy: 'round_robin' }));
    expect(result).toMatchObject({ requests: 1_000, decisions: 1_000 });
    expect(result.origins.map((one) => one.observed_requests)).toEqual([900, 100]);
    expect(result.origins.map((one) => one.replayed_requests)).toEqual([500, 500]);
    expect(result.all.observed).toEqual({ mean_ms: 19, p50_ms: 10, p95_ms: 100, p99_ms: 100 });
  });

  it('draws the times of an origin by weight', () => {
    const rows = [recorded({ weight: 9_000 }), recorded({ weight: 1_000, first_byte_ms: 110 })];
    const [a] = run(rows, shop({ policy: 'off' })).origins;
    expect(a?.observed?.mean_ms).toBe(20);
    // 10,000 draws of 10, or 110 in one of ten cases: the standard deviation of the mean is 0.3. Five of them are allowed.
    expect(Math.abs((a?.estimated?.mean_ms ?? 0) - 20)).toBeLessThan(1.5);
  });

  it('keeps all weights if it decides less often than requests came', () => {
    const result = run(nineToOne(100, { weight: 50 }), shop({ policy: 'round_robin' }), {
      max_decisions: 1_000,
    });
    expect(result).toMatchObject({ requests: 5_000, decisions: 1_000 });
    expect(result.all.replayed_requests).toBeCloseTo(5_000, 6);
  });

  it('moves nothing if the recorded origins are those of the same hash', () => {
    const config = shop({ policy: 'hash', options: { key: 'path' } }, ['a', 'b', 'c']);
    const paths = Array.from({ length: 300 }, (_, index) => `/${index}`);
    const home = (path: string) =>
      run([recorded({ path })], config).origins.find((one) => one.replayed_requests === 1)?.origin ?? '';
    const result = run(
      paths.map((path) => recorded({ path, origin: home(path) })),
      config,
    );
    expect(result.moved_requests).toBe(0);
    // Each origin has a share: a third of 300 keys is 100.
    for (const { replayed_requests } of result.origins) expect(replayed_requests).toBeGreaterThan(50);
    expect(result.missing_facts).toEqual([]);
  });

  it('keeps requests in flight for as long as their answers took', () => {
    // 100 requests per second on two origins, which take 0.1 s and 1 s.
    const rows = Array.from({ length: 2_000 }, (_, index) => {
      const ms = index % 2 === 0 ? 100 : 1_000;
      const at = START + Math.floor(index / 100) * 1_000;
      return recorded({ at, origin: index % 2 === 0 ? 'web/a' : 'web/b', first_byte_ms: ms, total_ms: ms });
    });
    const [fast] = run(rows, shop({ policy: 'least_outstanding_requests' })).origins;
    // Equal in-flight counts mean ten times as many requests per second: 10/11 of 2,000 are 1,818, or fewer at the start.
    expect(fast?.replayed_requests).toBeGreaterThan(1_600);
    expect(run(rows, shop({ policy: 'round_robin' })).origins[0]?.replayed_requests).toBe(1_000);
  });

  it('reports first-byte times to strategies that remember them', () => {
    const rows = nineToOne(1_000, { weight: 10 });
    const [fast] = run(rows, shop({ policy: 'peak_ewma' })).origins;
    expect(fast?.replayed_requests).toBeGreaterThan(8_000);
  });

  it('gives the same result for the same seed, and a different one for another', () => {
    const rows = nineToOne(200);
    const config = shop({ policy: 'random' });
    expect(run(rows, config, { seed: 5 })).toEqual(run(rows, config, { seed: 5 }));
    expect(run(rows, config, { seed: 6 })).not.toEqual(run(rows, config, { seed: 5 }));
  });

  it('has no estimate for an origin without a good answer', () => {
    const rows = [recorded(), recorded({ origin: 'web/b', outcome: 'timeout', first_byte_ms: 0 })];
    const { origins } = run(rows, shop({ policy: 'round_robin' }));
    expect(origins[1]).toEqual({ origin: 'web/b', observed_requests: 1, replayed_requests: 1 });
  });

  it('leaves out rows of unknown load balancers, and shows unknown origins', () => {
    const rows = [recorded({ origin: 'web/gone' }), recorded({ balancer: 'other', weight: 3 })];
    const result = run(rows, shop({ policy: 'off' }));
    expect(result).toMatchObject({ requests: 1, skipped_requests: 3, moved_requests: 1 });
    expect(result.origins.at(-1)).toMatchObject({
      origin: 'web/gone',
      observed_requests: 1,
      replayed_requests: 0,
    });
  });

  it('lists the facts that strategies read and traffic does not record', () => {
    expect(
      run([recorded()], shop({ policy: 'hash', options: { key: ['path', 'header:x-tenant'] } })),
    ).toMatchObject({
      missing_facts: ['header:x-tenant'],
    });
  });

  it('counts requests by the strategy that was recorded', () => {
    const rows = [recorded({ strategy: 'off/hash' }), recorded({ weight: 4 })];
    expect(Object.entries(run(rows, shop({ policy: 'off' })).observed_under)).toEqual([
      ['off/random', 4],
      ['off/hash', 1],
    ]);
  });

  it('measures decisions per second with the given clock', () => {
    let now = 0;
    const clock = () => (now += 500);
    const result = replay({
      rows: nineToOne(100),
      config: shop({ policy: 'off' }),
      strategies: STRATEGIES,
      seed: 1,
      clock,
    });
    expect(result.decisions_per_s).toBe(200);
  });
});
