import type { MovedKeys } from './moved_keys.ts';
import type { Run } from './run.ts';
import type { ScenarioEvent } from './scenario.ts';

/** What a run comes to. Times are of requests that were answered, from arrival to answer; the warm-up is left out. */
export interface Figures {
  strategy: string;
  options?: object;
  requests: number;
  /** Virtual, from the start until the last request has ended; the warm-up included. */
  wall_s: number;
  /** 0 to 1. */
  success_rate: number;
  mean_ms: number;
  /** Half the width of a 99.9 % confidence interval of the mean; absent with too few requests. */
  mean_error_ms?: number;
  p50_ms: number;
  p90_ms: number;
  p95_ms: number;
  p99_ms: number;
  p999_ms: number;
  /** Half the width of a 99.9 % confidence interval of `p99_ms`. */
  p99_error_ms?: number;
  /** Attempts by origin, the warm-up included. */
  picks: Record<string, number>;
  events: (ScenarioEvent & { keys?: MovedKeys })[];
  checks: {
    /** Mean number of requests in the system, and what Little's law makes of arrival rate and mean time. */
    in_system: number;
    little: number;
    /** Mean share of origins' workers at work, and what was asked of them; absent with unlimited workers. */
    busy?: number;
    offered?: number;
  };
}

/** Batches for confidence intervals, long enough each to be as good as independent. */
const BATCHES = 30;
/** Student's t for 29 degrees of freedom, 99.9 %, both sides. */
const T_29 = 3.659;
/** With fewer requests in a batch there is no interval. */
const MIN_BATCH = 100;

export function figuresOf({
  scenario,
  steering,
  samples,
  first,
  picks,
  events,
  virtual_ms,
  window,
}: Run): Figures {
  const times: number[][] = Array.from({ length: BATCHES }, () => []);
  const count = samples.length - first;
  let answered = 0;
  let all_ms = 0;
  for (let number = first; number < samples.length; number++) {
    const latency = samples.latencyOf(number);
    all_ms += latency;
    if (samples.originOf(number) === undefined) continue;
    answered++;
    times[Math.floor(((number - first) * BATCHES) / count)]?.push(latency);
  }
  const batches = times.map((batch) => Float64Array.from(batch).sort());
  const sorted = new Float64Array(answered);
  let at = 0;
  for (const batch of batches) {
    sorted.set(batch, at);
    at += batch.length;
  }
  sorted.sort();
  const mean_error_ms = halfWidth(batches, mean);
  const p99_error_ms = halfWidth(batches, (batch) => quantile(batch, 0.99));
  const { in_system, arrivals, span_ms, busy, offered } = window;
  return {
    strategy: steering.policy,
    ...(steering.options === undefined ? {} : { options: steering.options }),
    requests: samples.length,
    wall_s: virtual_ms / 1_000,
    success_rate: count === 0 ? 0 : answered / count,
    mean_ms: mean(sorted),
    ...(mean_error_ms === undefined ? {} : { mean_error_ms }),
    p50_ms: quantile(sorted, 0.5),
    p90_ms: quantile(sorted, 0.9),
    p95_ms: quantile(sorted, 0.95),
    p99_ms: quantile(sorted, 0.99),
    p999_ms: quantile(sorted, 0.999),
    ...(p99_error_ms === undefined ? {} : { p99_error_ms }),
    picks: Object.fromEntries(scenario.origins.map(({ id }, index) => [id, picks[index] ?? 0])),
    events: events.map(({ event, keys }) => ({ ...event, ...(keys === undefined ? {} : { keys }) })),
    checks: {
      in_system,
      little: (arrivals / span_ms) * (all_ms / count),
      ...(busy === undefined ? {} : { busy }),
      ...(offered === undefined ? {} : { offered }),
    },
  };
}

/** The smallest value that at least a share `p` of all do not exceed. @param sorted ascending; NaN when empty */
export function quantile(sorted: Float64Array, p: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * p) - 1)] ?? Number.NaN;
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Batch means: requests that follow one another wait behind the same queues and are no independent samples, batches of
 * thousands nearly are.
 */
function halfWidth(
  batches: readonly Float64Array[],
  of: (batch: Float64Array) => number,
): number | undefined {
  if (batches.some(({ length }) => length < MIN_BATCH)) return undefined;
  const values = Float64Array.from(batches, of);
  const centre = mean(values);
  const variance = values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (BATCHES - 1);
  return T_29 * Math.sqrt(variance / BATCHES);
}
