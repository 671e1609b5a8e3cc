import type { MovedKeys } from './moved_keys.ts';
import type { Run } from './run.ts';
import type { ScenarioEvent } from './scenario.ts';

/** The figures of a run. Times are from arrival to answer, of answered requests after the warm-up. */
export interface Figures {
  strategy: string;
  options?: object;
  requests: number;
  /** Virtual time from the start to the end of the last request, including the warm-up. */
  wall_s: number;
  /** 0 to 1. */
  success_rate: number;
  mean_ms: number;
  /** Half the width of the mean's 99.9 % confidence interval; absent with too few requests. */
  mean_error_ms?: number;
  p50_ms: number;
  p90_ms: number;
  p95_ms: number;
  p99_ms: number;
  p999_ms: number;
  /** Half the width of the 99.9 % confidence interval of `p99_ms`; absent with too few requests. */
  p99_error_ms?: number;
  /** Attempts by origin, including the warm-up. */
  picks: Record<string, number>;
  events: (ScenarioEvent & { keys?: MovedKeys })[];
  checks: {
    /** Mean number of requests in the system. */
    in_system: number;
    /** The same by Little's law: arrival rate × mean time. */
    little: number;
    /** Mean share of origins' workers that are busy; absent with unlimited workers. */
    busy?: number;
    /** The same by the service times of all attempts. */
    offered?: number;
  };
}

/** Batches for confidence intervals. They are long enough to be almost independent. */
const BATCHES = 30;
/** Student's t for 29 degrees of freedom, two-sided, 99.9 %. */
const T_29 = 3.659;
/** Requests that each batch needs for an interval. */
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

/** The smallest value that at least a share `p` of values do not exceed; NaN if there are none. @param sorted ascending */
export function quantile(sorted: Float64Array, p: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * p) - 1)] ?? Number.NaN;
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Half the width of a confidence interval, by batch means. Successive requests wait in the same queues, so they are not
 * independent; batches of thousands of requests nearly are.
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
