import { describe, expect, it } from 'vitest';
import { STRATEGIES } from '../../../shared/strategies/strategies.ts';
import type { Strategy, Target } from '../../../shared/strategies/strategy.ts';
import { figuresOf } from '../../../tools/simulate/figures.ts';
import { simulate } from '../../../tools/simulate/run.ts';
import type { ScenarioFile } from '../../../tools/simulate/scenario.ts';
import { figures, scenario } from './scenarios.ts';

const one = (more: Partial<ScenarioFile['origins'][number]> = {}) => [
  { id: 'a', service: { fixed_ms: 1 }, ...more },
];

describe('simulate', () => {
  it('gives the same figures for the same seed, and different ones for another', () => {
    const some = (seed: number) =>
      figures({ seed, arrivals: { poisson_per_s: 500 }, isolates: 3, key_space: 50 }, 'random');
    expect(some(1)).toEqual(some(1));
    expect(some(1).picks).not.toEqual(some(2).picks);
  });

  it('gives every strategy the same arrivals', () => {
    const starts = (policy: string) => {
      const { samples } = simulate(scenario({ arrivals: { poisson_per_s: 500 } }), { policy });
      return Array.from({ length: samples.length }, (_, number) => samples.startOf(number));
    };
    expect(starts('random')).toEqual(starts('round_robin'));
  });

  it('adds up network, waiting and service', () => {
    // Every 10 ms, a request comes that takes 15 ms of one worker, so each waits 5 ms longer than the one before.
    const run = figures({
      requests: 3,
      arrivals: { constant_per_s: 100 },
      origins: one({ servers: 1, service: { fixed_ms: 15 }, network_ms: 4 }),
    });
    expect(run.p50_ms).toBeCloseTo(24, 9);
    expect(run.p999_ms).toBeCloseTo(29, 9);
    expect(run.wall_s).toBeCloseTo(0.002 + 3 * 0.015 + 0.002, 9);
  });

  it('never makes a request wait if workers are unlimited', () => {
    const run = figures({ arrivals: { poisson_per_s: 10_000 }, origins: one({ service: { fixed_ms: 50 } }) });
    expect(run.p999_ms).toBeCloseTo(50, 6);
    expect(run.checks.busy).toBeUndefined();
  });

  it('keeps as many requests under way as a closed system has clients', () => {
    const run = figures({ requests: 1_000, arrivals: { closed: 8 }, origins: one({ servers: 2 }) });
    expect(run.wall_s).toBeCloseTo(0.5, 6);
    expect(run.checks.in_system).toBeCloseTo(8, 6);
    expect(run.checks.busy).toBeCloseTo(1, 6);
  });

  it('ends arrivals after the duration, and waits for requests under way', () => {
    const run = figures({
      duration_s: 1,
      arrivals: { constant_per_s: 10 },
      origins: one({ service: { fixed_ms: 500 } }),
    });
    expect(run.requests).toBe(10);
    expect(run.wall_s).toBeCloseTo(1.4, 6);
  });

  it('sends the requests that an origin loses to the next one, and none to it until it is up again', () => {
    const run = simulate(
      scenario({
        duration_s: 3,
        arrivals: { constant_per_s: 100 },
        origins: ['a', 'b'].map((id) => ({ id, service: { fixed_ms: 50 } })),
        events: [
          { at_s: 1, origin: 'a', down: true },
          { at_s: 2, origin: 'a', up: true },
        ],
      }),
      { policy: 'round_robin' },
    );
    const { samples } = run;
    const served = Array.from({ length: samples.length }, (_, number) => ({
      at: samples.startOf(number),
      origin: samples.originOf(number),
      latency: samples.latencyOf(number),
    }));
    expect(served.every(({ origin }) => origin !== undefined)).toBe(true);
    expect(served.filter(({ at }) => at > 1_000 && at < 2_000).every(({ origin }) => origin === 1)).toBe(
      true,
    );
    expect(served.some(({ at, origin }) => at > 2_000 && origin === 0)).toBe(true);
    // The requests that it lost began up to 50 ms before, and take 50 ms more elsewhere.
    const lost = served.filter(({ latency }) => latency > 51);
    expect(lost.length).toBeGreaterThan(0);
    expect(lost.every(({ at, latency }) => at > 949 && at <= 1_000 && latency <= 101)).toBe(true);
  });

  it('gives up after the timeout, tries the next origin, and fails if that takes too long as well', () => {
    const slow = { id: 'slow', service: { fixed_ms: 1_000 } };
    const some = (origins: ScenarioFile['origins']) =>
      figures({ timeout_ms: 100, arrivals: { constant_per_s: 1 }, requests: 10, origins }, 'off');
    const saved = some([slow, { id: 'fast', service: { fixed_ms: 10 } }]);
    expect(saved.success_rate).toBe(1);
    expect(saved.mean_ms).toBeCloseTo(110, 6);
    expect(saved.picks).toEqual({ slow: 10, fast: 10 });
    expect(some([slow, { ...slow, id: 'slower' }]).success_rate).toBe(0);
  });

  it.each([
    [undefined, 0.75],
    [1, 0.5],
    [2, 0.75],
    [3, 1],
    [10, 1],
  ])('tries %s origins, or as many as the gateway where a scenario does not say', (attempts, success) => {
    // With round robin, a quarter begins at the origin that answers, a quarter one before it, and so on.
    const slow = ['a', 'b'].map((id) => ({ id, service: { fixed_ms: 1_000 } }));
    const quick = ['c', 'd'].map((id) => ({ id, service: { fixed_ms: 1 } }));
    const run = figures({
      timeout_ms: 100,
      arrivals: { constant_per_s: 1 },
      requests: 400,
      origins: [...slow, ...quick],
      ...(attempts === undefined ? {} : { attempts }),
    });
    expect(run.success_rate).toBeCloseTo(success, 6);
    const picks = Object.values(run.picks).reduce((sum, count) => sum + count, 0);
    expect(picks).toBe(
      400 * (1 + (Math.min(attempts ?? 2, 3) > 1 ? 0.5 : 0) + (Math.min(attempts ?? 2, 3) > 2 ? 0.25 : 0)),
    );
  });

  it('advances time even if no origin can serve the clients of a closed system', () => {
    const run = figures({
      duration_s: 0.5,
      arrivals: { closed: 2 },
      origins: one(),
      events: [{ at_s: 0.1, origin: 'a', down: true }],
    });
    expect(run.success_rate).toBeLessThan(0.5);
    expect(run.wall_s).toBeCloseTo(0.5, 2);
  });

  it('follows changed weights and service times', () => {
    const run = simulate(
      scenario({
        duration_s: 2,
        arrivals: { constant_per_s: 1_000 },
        origins: ['a', 'b'].map((id) => ({ id, service: { fixed_ms: 1 } })),
        events: [
          { at_s: 1, origin: 'a', weight: 0 },
          { at_s: 1, origin: 'b', service: { fixed_ms: 7 } },
        ],
      }),
      { policy: 'random' },
    );
    const { samples } = run;
    for (let number = 0; number < samples.length; number++) {
      if (samples.startOf(number) < 1_001) continue;
      expect(samples.originOf(number)).toBe(1);
      expect(samples.latencyOf(number)).toBeCloseTo(7, 6);
    }
    expect(figuresOf(run).picks['a']).toBeGreaterThan(400);
  });

  it('counts requests in flight by isolate', () => {
    // With two origins, one isolate always finds the idle one. Each of many isolates sees almost nothing.
    const of = (isolates: number) =>
      figures(
        {
          requests: 20_000,
          isolates,
          arrivals: { poisson_per_s: 1_600 },
          origins: ['a', 'b'].map((id) => ({ id, servers: 1, service: { exponential_ms: 1 } })),
        },
        'least_outstanding_requests',
      ).mean_ms;
    // All have the same arrivals: 2.7, 3.3 and 4.4 ms. Random choice would give 5 ms.
    const [one, ten, thousand] = [of(1), of(10), of(1_000)];
    expect(ten).toBeGreaterThan(1.1 * one);
    expect(thousand).toBeGreaterThan(1.2 * ten);
  });

  it('gives every isolate its own list of targets, by which strategies may keep state', () => {
    const lists = new Set<readonly Target[]>();
    const { round_robin } = STRATEGIES;
    const spy: Strategy = {
      ...round_robin,
      rank(targets, ...rest) {
        lists.add(targets);
        return round_robin.rank(targets, ...rest);
      },
    };
    simulate(scenario({ isolates: 5 }), { policy: 'round_robin' }, { ...STRATEGIES, round_robin: spy });
    expect(lists.size).toBe(5);
  });

  it('refuses an unknown strategy, and suggests a known one', () => {
    expect(() => simulate(scenario(), { policy: 'rnadom' })).toThrow(
      /origin_steering.policy: got "rnadom".*"random"/,
    );
  });
});

describe('reports_load', () => {
  it('lets weighted_by_load send less to a slower origin; without it, shares are even', () => {
    const slow_share = (reports_load: boolean) => {
      const { picks, requests } = figures(
        {
          duration_s: 60,
          arrivals: { poisson_per_s: 400 },
          origins: [
            { id: 'fast', servers: 1, service: { exponential_ms: 1 }, reports_load },
            { id: 'slow', servers: 1, service: { exponential_ms: 3 }, reports_load },
          ],
        },
        'weighted_by_load',
      );
      return (picks['slow'] ?? 0) / requests;
    };
    expect(slow_share(false)).toBeCloseTo(0.5, 1);
    // A quarter by capacity, but even shares during the blackout of ten seconds.
    expect(slow_share(true)).toBeLessThan(0.35);
  });
});

describe('keys moved', () => {
  const moves = (policy: string, events: ScenarioFile['events']) =>
    figures({ key_space: 9_000, duration_s: 1, events }, policy).events.map(({ keys }) => keys);

  it('are only those of the lost origin with rendezvous hashing, and they return', () => {
    const [lost, back] = moves('hash', [
      { at_s: 0.2, origin: 'b', down: true },
      { at_s: 0.4, origin: 'b', up: true },
    ]);
    expect(lost).toMatchObject({ bystanders: 0, keys: 9_000 });
    expect(lost?.ideal).toBeCloseTo(3_000, 6);
    // Binomial: 3.29 standard deviations of sqrt(9000 * 1/3 * 2/3) are 147.
    expect(Math.abs((lost?.moved ?? 0) - 3_000)).toBeLessThan(147);
    expect(back?.moved).toBe(lost?.moved);
  });

  it('are the least possible if a weight changes', () => {
    const [half] = moves('hash', [{ at_s: 0.2, origin: 'b', weight: 0.5 }]);
    // The share falls from a third to a fifth, so 2/15 move, with the same tolerance.
    expect(half?.ideal).toBeCloseTo(1_200, 6);
    expect(Math.abs((half?.moved ?? 0) - 1_200)).toBeLessThan(3.29 * Math.sqrt(9_000 * (2 / 15) * (13 / 15)));
    expect(half?.bystanders).toBe(0);
  });

  it('are undefined for a strategy without keys', () => {
    expect(moves('round_robin', [{ at_s: 0.2, origin: 'b', down: true }])).toEqual([undefined]);
  });
});
