// Clocks are set: by an hour where somebody was wrong about the time zone, by seconds where a machine corrects itself. Code
// that keeps a moment to compare it with later uses these functions, so that no such jump freezes what it keeps. When the
// clock was set back, everything kept for a time is over.

/** Milliseconds since a moment; Infinity if the moment lies in the future, because the clock was set back since. */
export function elapsed(since: number, now: number): number {
  return now >= since ? now - since : Number.POSITIVE_INFINITY;
}

/**
 * Whether a moment is still to come.
 * @param within_ms how far ahead it can have been when it was set. If it is further ahead now, the clock was set back since
 */
export function pending(until: number, now: number, within_ms: number): boolean {
  return now < until && until - now <= within_ms;
}

/** When something planned for `at` is due: `at`, or `now` if the clock was set back since. @param within_ms see {@link pending} */
export function dueAt(at: number, now: number, within_ms: number): number {
  return at <= now || pending(at, now, within_ms) ? at : now;
}
