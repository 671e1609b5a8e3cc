import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DEFAULTS, type Deployment } from '../../../tools/cost/deployment.ts';
import { lookOperations, rateAfterPause } from '../../../tools/cost/looks.ts';
import { countLooks } from './virtual_isolates.ts';

// Nothing changes, so that every operation is a look.
const QUIET: Deployment = {
  ...DEFAULTS,
  publications_per_day: 0,
  outages_per_day: 0,
  probing: { own_checks_per_s: 0, region_checks_per_s: [] },
};

const CASES: [string, Partial<Deployment>][] = [
  ['isolates that share a cache', { isolates: 12, centres: 3, requests_per_s: 24 }],
  ['isolates with few requests', { isolates: 20, centres: 4, requests_per_s: 1 }],
  ['a crowded data centre', { isolates: 80, centres: 1, requests_per_s: 80 }],
  ['isolates without a cache', { isolates: 12, centres: 3, requests_per_s: 12, cache: false }],
  ['isolates without a coordinator', { isolates: 12, centres: 3, requests_per_s: 24, coordinator: false }],
  [
    'isolates with KV alone',
    { isolates: 12, centres: 3, requests_per_s: 12, cache: false, coordinator: false },
  ],
];

describe('the model of looks', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_800_000_000_000 });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it.each(CASES)('agrees with the real reader: %s', async (_, given) => {
    const deployment = { ...QUIET, ...given };
    const counted = await countLooks(deployment, 300);
    const model = lookOperations(deployment);
    for (const name of ['kv_reads', 'coordinator_requests', 'cache_operations'] as const) {
      // 300 s hold at least 100 cycles. Their lengths vary by half at most, so their mean varies by a twentieth. The model takes
      // looks for random, but those of one isolate keep a distance. So the first look after an entry's end comes up to a tenth sooner.
      expect(counted[name], name).toBeGreaterThanOrEqual(model[name] * 0.85);
      expect(counted[name], name).toBeLessThanOrEqual(model[name] * 1.15);
    }
  });
});

describe('rateAfterPause', () => {
  it('is limited by the pause if there are many events, and by the events if there are few', () => {
    expect(rateAfterPause(2, 1_000)).toBeCloseTo(0.5, 2);
    expect(rateAfterPause(2, 0.001)).toBeCloseTo(0.001, 5);
    expect(rateAfterPause(2, 0)).toBe(0);
  });
});
