import { describe, expect, it } from 'vitest';
import { LIFETIME_S, PACES } from '../../../shared/documents/reader.ts';
import { billOf } from '../../../tools/cost/bill.ts';
import { configuredIn, probingOf } from '../../../tools/cost/configured.ts';
import { delaysOf } from '../../../tools/cost/delays.ts';
import { DEFAULTS, type Deployment, MONTH_S } from '../../../tools/cost/deployment.ts';
import { count, dollars, seconds } from '../../../tools/cost/figures.ts';
import { limitsOf } from '../../../tools/cost/limits.ts';
import { ITEMS, type Operations, operationsOf } from '../../../tools/cost/operations.ts';
import { BASE_USD, PRICES } from '../../../tools/cost/prices.ts';
import { configFor } from '../../../tools/harness/config.ts';

const IDLE: Operations = operationsOf({
  ...DEFAULTS,
  requests_per_s: 0,
  publications_per_day: 0,
  outages_per_day: 0,
  probing: { own_checks_per_s: 0, region_checks_per_s: [] },
});
for (const item of ITEMS) IDLE[item] = 0;

const PROBING = {
  own_checks_per_s: 20 / 60,
  region_checks_per_s: [],
  slowest: { interval_s: 60, consecutive_down: 2 },
};

const deployment = (given: Partial<Deployment> = {}): Deployment => ({
  ...DEFAULTS,
  probing: PROBING,
  ...given,
});

describe('a bill', () => {
  it('is the price of the plan for a deployment that does nothing', () => {
    expect(billOf(IDLE)).toMatchObject({ usd: BASE_USD, fits_free: true });
  });

  it.each(ITEMS)('has what the plan includes of %s, and the price of a million more', (item) => {
    const { included, usd_per_million } = PRICES[item];
    const of = (a_month: number) => billOf({ ...IDLE, [item]: a_month / MONTH_S }).usd - BASE_USD;
    expect(of(included)).toBeCloseTo(0, 6);
    expect(of(included + 1e6)).toBeCloseTo(usd_per_million, 6);
  });

  it('says which limit of the Free plan is broken', () => {
    const { lines, fits_free } = billOf({ ...IDLE, kv_writes: 1_100 / 86_400 });
    expect(fits_free).toBe(false);
    expect(lines.filter(({ free_share = 0 }) => free_share > 1).map(({ item }) => item)).toEqual([
      'kv_writes',
    ]);
  });
});

describe('the Free plan', () => {
  it('carries 20 warm isolates and 20 origins probed every 60 s, with few KV operations', () => {
    const small = deployment({ centres: 4, requests_per_s: 80_000 / 86_400, sample: 0.5 });
    const { lines, fits_free } = billOf(operationsOf(small));
    expect(fits_free).toBe(true);
    const a_day = (name: string) => lines.find(({ item }) => item === name)?.a_day;
    expect(a_day('kv_reads')).toBeLessThan(50_000);
    expect(a_day('kv_writes')).toBeLessThan(500);
  });
});

describe('delays', () => {
  it('are ten seconds at most with a coordinator, with or without a cache', () => {
    for (const cache of [true, false]) expect(delaysOf(deployment({ cache })).follow_s).toBeLessThan(10);
    const { wait_ms } = PACES.coordinator.shared;
    const shared = delaysOf(deployment({ read_ms: 0 }));
    expect(shared.follow_s).toBe(LIFETIME_S.coordinator + wait_ms / 1_000);
  });

  it('have no verdict without probes, and none by traffic without a coordinator', () => {
    expect(delaysOf(deployment({ coordinator: false })).steer_by_traffic_s).toBeUndefined();
    const { steer_by_probes_s = 0, steer_by_traffic_s = 0, follow_s } = delaysOf(deployment());
    expect(steer_by_probes_s).toBe(120 + follow_s);
    expect(steer_by_traffic_s).toBeLessThan(15);
    expect(
      delaysOf(deployment({ probing: { own_checks_per_s: 0, region_checks_per_s: [] } })).steer_by_probes_s,
    ).toBeUndefined();
  });
});

describe('limits', () => {
  const first = (given: Partial<Deployment>, plan: 'free' | 'paid' = 'paid') => {
    const size = deployment(given);
    return limitsOf(size, operationsOf(size), plan)[0];
  };

  it.each([
    ['requests a second to the coordinator', { isolates: 10_000, requests_per_s: 10_000, cache: false }],
    ["the coordinator's probes at a time", { probing: { ...PROBING, own_checks_per_s: 8_000 / 60 } }],
    ["a region's probes at a time", { probing: { own_checks_per_s: 0, region_checks_per_s: [100, 1] } }],
  ])('begin with %s', (name, given) => {
    const limit = first(given);
    expect(limit?.name).toBe(name);
    expect(limit?.used).toBeGreaterThan(limit?.limit ?? 0);
  });

  it('have those of a day on the Free plan', () => {
    expect(first({ requests_per_s: 10 }, 'free')?.name).toMatch(/ a day$/);
    expect(first({ requests_per_s: 10 }, 'paid')?.name).not.toMatch(/ a day$/);
  });
});

describe('what a configuration probes', () => {
  const origins = ['one', 'two'].map((name) => ({ name, port: 1 }));
  const monitor = { interval: 20, consecutive_down: 3 };

  it('is each origin once in an interval, by the coordinator', () => {
    expect(probingOf(configFor(origins, { monitor }))).toEqual({
      own_checks_per_s: 0.1,
      region_checks_per_s: [],
      slowest: { interval_s: 20, consecutive_down: 3 },
    });
  });

  it('is each origin once for each prober of its regions', () => {
    const probing = probingOf(
      configFor(origins, { monitor, pool: { check_regions: ['WEU', 'SEAS', 'NEAS'] } }),
    );
    expect(probing).toMatchObject({ own_checks_per_s: 0, region_checks_per_s: [0.1, 0.1] });
  });

  it('has the share of requests that metrics.sample records', () => {
    expect(configuredIn(configFor(origins)).sample).toBe(1);
    expect(configuredIn(configFor(origins, { balancer: { metrics: { sample: 0.1 } } })).sample).toBe(0.1);
  });

  it('is nothing without a monitor', () => {
    expect(probingOf(configFor(origins))).toEqual({ own_checks_per_s: 0, region_checks_per_s: [] });
  });
});

it('writes figures with three digits', () => {
  expect([0, 318, 58_518, 2.628e9].map(count)).toEqual(['0', '318', '58.5K', '2.63B']);
  expect([0, 4.904, 1557.9].map(dollars)).toEqual(['0.00', '4.90', '1,558']);
  expect([9.2, 9.21, 129.2].map(seconds)).toEqual(['9.2 s', '9.3 s', '130 s']);
});
