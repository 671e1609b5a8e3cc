import type { Scenario } from './scenario.ts';

/** What has happened up to a moment. */
export interface Mark {
  now_ms: number;
  arrivals: number;
  /** Requests in the system, added up over time. */
  in_system_ms: number;
  /** Workers at work, likewise. */
  busy_ms: number;
  /** Mean service times of all that was sent to origins. */
  offered_ms: number;
}

/**
 * The time from the end of the warm-up to the last arrival. Its figures come from levels in time and not from
 * requests: that makes them a check of those.
 */
export interface Window {
  span_ms: number;
  arrivals: number;
  /** Mean number of requests between arrival and end. */
  in_system: number;
  /** Mean share of workers at work; undefined: an origin has unlimited ones. */
  busy: number | undefined;
  /** What that share should be: the mean service time of all that was sent, per worker. */
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
