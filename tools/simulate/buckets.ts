import { quantile } from './figures.ts';
import type { Run } from './run.ts';

/** The requests that arrived in one part of a run. */
export interface Bucket {
  /** The middle of the part, in virtual seconds. */
  at_s: number;
  /** Median time of answered requests; NaN if there are none. */
  p50_ms: number;
  p99_ms: number;
  /** Share of each origin in the answered requests, in the order of the scenario. */
  shares: number[];
}

/** Divides a run into parts of equal length, by the arrival of requests. */
export function bucketsOf({ samples, scenario }: Run, count: number): Bucket[] {
  const end_ms = samples.startOf(samples.length - 1);
  const width_ms = end_ms / count || 1;
  const latencies: number[][] = Array.from({ length: count }, () => []);
  const served = Array.from({ length: count }, () => scenario.origins.map(() => 0));
  for (let number = 0; number < samples.length; number++) {
    const origin = samples.originOf(number);
    const at = Math.min(count - 1, Math.floor(samples.startOf(number) / width_ms));
    const counts = served[at];
    if (origin === undefined || counts === undefined) continue;
    latencies[at]?.push(samples.latencyOf(number));
    counts[origin] = (counts[origin] ?? 0) + 1;
  }
  return latencies.map((times, at) => {
    const sorted = Float64Array.from(times).sort();
    return {
      at_s: ((at + 0.5) * width_ms) / 1_000,
      p50_ms: quantile(sorted, 0.5),
      p99_ms: quantile(sorted, 0.99),
      shares: (served[at] ?? []).map((requests) => (times.length === 0 ? 0 : requests / times.length)),
    };
  });
}
