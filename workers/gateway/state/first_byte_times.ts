import { elapsed } from '../../../shared/time/clock.ts';

/** Each bucket ends a tenth later than the one before, so a percentile is at most a tenth too high. */
const GROWTH = 1.1;
/** The last bucket ends at 100 s, the longest deadline that a configuration can set. */
const BUCKETS = Math.ceil(Math.log(100_000) / Math.log(GROWTH)) + 1;
/** A percentile covers the current window and the one before. */
const WINDOW_MS = 30_000;
/** A percentile counts once this many answers lie above it. */
const MIN_ABOVE = 5;

/** How long recent answers took, as counts in buckets over two windows. Each isolate has its own. */
export class FirstByteTimes {
  #current = new Uint32Array(BUCKETS);
  #previous = new Uint32Array(BUCKETS);
  #began_at = 0;

  /** @param now milliseconds since the epoch */
  note(ms: number, now: number): void {
    this.#turn(now);
    const bucket = Math.min(BUCKETS - 1, Math.floor(Math.log(Math.max(ms, 1)) / Math.log(GROWTH)));
    this.#current[bucket] = (this.#current[bucket] ?? 0) + 1;
  }

  /**
   * The percentile of the times, in milliseconds.
   * @returns undefined: too few answers have been seen
   */
  percentile(percent: number, now: number): number | undefined {
    this.#turn(now);
    const counts = this.#current.map((count, bucket) => count + (this.#previous[bucket] ?? 0));
    const total = counts.reduce((sum, count) => sum + count, 0);
    let above = total * (1 - percent / 100);
    if (above < MIN_ABOVE) return undefined;
    const bucket = counts.findLastIndex((count) => {
      above -= count;
      return above < 0;
    });
    return Math.ceil(GROWTH ** (bucket + 1));
  }

  #turn(now: number): void {
    const elapsed_ms = elapsed(this.#began_at, now);
    if (elapsed_ms < WINDOW_MS) return;
    this.#previous = elapsed_ms < 2 * WINDOW_MS ? this.#current : new Uint32Array(BUCKETS);
    this.#current = new Uint32Array(BUCKETS);
    this.#began_at = now;
  }
}
