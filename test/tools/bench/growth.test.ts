import { describe, expect, it } from 'vitest';
import { GROWTH_TARGETS, type GrowthResult, type GrowthTarget } from '../../../tools/bench/growth.ts';
import { measureSteps } from '../../../tools/bench/growth_steps.ts';
import { growthFigures, growthTable } from '../../../tools/bench/growth_table.ts';
import { largeConfig } from '../../../tools/bench/large_config.ts';
import { configFrom } from '../../../tools/harness/config.ts';

const OPTIONS = {
  balancers: 1_000,
  origins: 8_000,
  rounds: 1,
  seconds: 1,
  connections: 1,
  publications: 2,
};

/**
 * @param cpu CPU time of a request by target
 * @param ms latencies of two windows without a publication, and of two after one
 */
function result(
  cpu: Partial<Record<GrowthTarget, number>>,
  ms: [number, number, number, number],
): GrowthResult {
  const memory = { resident_bytes: 2e6, gateway_heap_bytes: undefined };
  const window = (each: number) => ({ latencies_ms: [each, each], failed: 0, cpu_ms: undefined });
  const [quiet_1, quiet_2, after_1, after_2] = ms;
  return {
    rounds: Object.fromEntries(
      GROWTH_TARGETS.map((target) => [
        target,
        [{ cpu_us: cpu[target], requests: 1, requests_per_s: 1, failed: 0 }],
      ]),
    ) as GrowthResult['rounds'],
    pinned: true,
    steps: {
      body_bytes: 1e6,
      heap_bytes: 3e6,
      longest_median_ms: 2,
      runs: [{ slices: 7, longest_ms: 12, total_ms: 30 }],
    },
    memory: { one: memory, many: memory },
    quiet: [window(quiet_1), window(quiet_2)],
    published: [window(after_1), window(after_2)],
    requests_per_s: 40,
    publications: 2,
    read: 1,
  };
}

describe('the figures of a large configuration', () => {
  it('compare a request with one of a small configuration, and latencies with those before a publication', () => {
    const { cpu_ratio, spread_ratio, latency } = growthFigures(
      result({ one: 100, many: 104, spread: 120 }, [10, 100, 14, 140]),
    );
    expect([cpu_ratio?.median, spread_ratio?.median, latency.p99_ratio?.median]).toEqual([1.04, 1.2, 1.4]);
  });

  it('say which aims were met', () => {
    const text = growthTable(result({ one: 100, many: 104, spread: 120 }, [10, 100, 14, 140]), OPTIONS);
    expect(text).toMatch(/requests to one \/ one +1\.040 × .*aim 1\.05 ×: met/);
    expect(text).toMatch(/Longest slice 12\.0 ms .*aim 10 ms: missed/);
    expect(text).toMatch(/p99 after \/ without +1\.400 × .*aim 1\.3 ×: missed\. Read in time: 1 of 2\./);
  });

  it('say what cannot be measured', () => {
    const text = growthTable(result({}, [10, 10, 10, 10]), OPTIONS);
    expect(text).toMatch(/requests to one \/ one +skipped: needs Linux \/proc/);
    expect(text).toContain("gateway's heap not known, workerd resident 2.0 MB");
  });
});

describe('measureSteps', () => {
  it('counts the slices of the real parser and of the real preparation', () => {
    const { body_bytes, heap_bytes, runs } = measureSteps(configFrom(largeConfig(20, 2_000)), 2);
    // A slice parses 64 KiB of the body, or prepares 1,000 origins.
    const slices = Math.floor(body_bytes / 65_536) + 1 + 2 + 1;
    expect(runs.map((run) => run.slices)).toEqual([slices, slices]);
    expect(runs.every(({ longest_ms, total_ms }) => longest_ms > 0 && total_ms >= longest_ms)).toBe(true);
    expect(heap_bytes).toBeGreaterThan(0);
  });
});
