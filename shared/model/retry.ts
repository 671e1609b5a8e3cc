// What a balancer does about attempts that fail or take too long. Where a field is optional, documents published by older
// versions lack it, and the feature is then off.

/** Failures that give no answer with a status. */
export type FailureCondition = 'connect_failure' | 'reset' | 'timeout' | 'cut_short';

/** When and how often a request is tried again. */
export interface Retry {
  /** Attempts per request, including the first. */
  attempts: number;
  /** Failures that are retried. Absent: all. */
  on?: FailureCondition[];
  /** Statuses that are retried, including those that `gateway_error` and `5xx` stand for. Ascending. */
  on_status: number[];
  /** Request bodies up to this size are kept so that they can be sent again. */
  max_body_bytes: number;
  /** Methods that may be sent again although they are not idempotent. */
  also_methods: string[];
  /** A request comes back to an origin that failed it when no other origin is left. */
  same_origin?: true;
  backoff?: Backoff;
  budget?: Budget;
}

/** The wait before a second retry: drawn from 0 to `base_ms` times 1, 3, 7, …, never more than `max_ms`. */
export interface Backoff {
  base_ms: number;
  max_ms: number;
}

/** How many retries may fail. */
export interface Budget {
  /** Share of the requests of the last 10 s. */
  percent: number;
  /** Retries per second that are allowed however few requests there are. */
  min_per_s: number;
}

export interface Timeouts {
  /** Until response headers, per attempt. */
  first_byte_ms: number;
  /** From the start of the request until response headers, over all attempts and waits. Absent: no limit. */
  total_ms?: number;
  /** How long a body may stall. Absent or 0: no limit. */
  idle_ms?: number;
}

/** When a second attempt is sent while the first is under way: after a delay, or at that percentile of this balancer's answers. */
export type Hedging = { after_ms: number } | { percentile: number };

/** Statuses that mean the origin could not serve: 502 to 504, and those that Cloudflare answers in place of an origin. */
export const GATEWAY_ERRORS: readonly number[] = [502, 503, 504, 520, 521, 522, 523, 524, 525, 526, 530];
