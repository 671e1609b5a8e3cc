// Clocks are set: by an hour where somebody was wrong about the time zone, by seconds where a machine corrects itself.
// Whoever keeps a moment to compare it with later asks here, so that no such jump freezes what it keeps: when the clock
// was set back, what was kept is over.

/** Milliseconds since a moment; Infinity if it lies in the future, for the clock has been set back since. */
export function elapsed(since: number, now: number): number {
  return now >= since ? now - since : Number.POSITIVE_INFINITY;
}

/**
 * Whether a moment is still to come.
 * @param within_ms how far ahead it was when it was set, at most: further away, the clock has been set back since
 */
export function pending(until: number, now: number, within_ms: number): boolean {
  return now < until && until - now <= within_ms;
}
