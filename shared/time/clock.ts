// A clock can be set back: by an hour to correct a time zone, by seconds to correct drift. Code that stores a time and compares
// it later uses these functions, so that such a jump does not freeze its state. After a jump back, every stored time is over.

/** Milliseconds since a moment. Infinity if the moment is in the future, because the clock was set back since. */
export function elapsed(since: number, now: number): number {
  return now >= since ? now - since : Infinity;
}

/**
 * Whether a moment is still in the future.
 * @param within_ms how far ahead it can have been when it was stored. If it is further ahead now, the clock was set back since
 */
export function pending(until: number, now: number, within_ms: number): boolean {
  return now < until && until - now <= within_ms;
}

/**
 * When something planned for `at` is due: `at`, or `now` if the clock was set back since. @param within_ms see {@link pending}
 */
export function dueAt(at: number, now: number, within_ms: number): number {
  return at <= now || pending(at, now, within_ms) ? at : now;
}
