import type { Scenario } from './scenario.ts';

/** Totals from the start to a moment. */
export interface Mark {
  now_ms: number;
  arrivals: number;
  /** Integral of the number of requests in the system. */
  in_system_ms: number;
  /** Integral of the number of busy workers. */
  busy_ms: number;
  /** Sum of the mean service times of all attempts. */
  offered_ms: number;
}

/**
 * Figures of the time from the end of the warm-up to the last arrival. They come from integrals over time and not from
 * requests, so they can check figures that come from requests.
 */
export interface Window {
  span_ms: number;
  arrivals: number;
  /** Mean number of requests between arrival and end. */
  in_system: number;
  /** Mean share of busy workers; undefined if an origin has unlimited workers. */
  busy: number | undefined;
  /** The share that should be busy: the mean service time of all attempts, per worker. */
  offered: number | undefined;
}

export function windowOf(opened: Mark, closed: Mark, { origins }: Scenario): Window {
  const span_ms = closed.now_ms - opened.now_ms;
  const workers = origins.reduce((sum, { servers }) => sum + (servers ?? Number.POSITIVE_INFINITY), 0);
  const share = (later_ms: number, earlier_ms: number) =>
    Number.isFinite(workers) ? (later_ms - earlier_ms) / (workers * span_ms) : undefined;
  return {
    span_ms,
    arrivals: closed.arrivals - opened.arrivals,
    in_system: (closed.in_system_ms - opened.in_system_ms) / span_ms,
    busy: share(closed.busy_ms, opened.busy_ms),
    offered: share(closed.offered_ms, opened.offered_ms),
  };
}
