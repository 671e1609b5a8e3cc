import { randomOf } from '../../project/random.ts';
import { WARM_UP_MS } from '../schedule.ts';

/** A time in which nobody sends, and then everybody at once. Times are milliseconds from the start of the load. */
export interface Pause {
  at_ms: number;
  for_ms: number;
  /** How many requests come at once at its end. */
  burst: number;
  /** Whether the burst is one caller's, and above the limit of `/api`. */
  greedy: boolean;
}

/** Between two pauses, from and to. */
const EACH_MS = [10_000, 16_000] as const;
/**
 * Longer than the 5 s after which an isolate reads its documents again: the burst meets copies that are due, in an isolate
 * that has not looked at them.
 */
const PAUSE_MS = 6_000;
/**
 * Longer than the 30 s after which an isolate calls its copies old and answers of the selector stale. Runs of
 * {@link LONG_FROM_MINUTES} have one such pause, in a shorter one it would be most of the run.
 */
const LONG_PAUSE_MS = 33_000;
const LONG_FROM_MINUTES = 3;
const BURST = 64;

/** When nobody sends: a pure function of its arguments. Every other burst is one caller's, the first one included. */
export function pauses(seed: number, minutes: number): Pause[] {
  const random = randomOf(seed, 'pauses');
  const all: Pause[] = [];
  let long_due = minutes >= LONG_FROM_MINUTES;
  for (let at_ms = WARM_UP_MS; ; ) {
    at_ms += Math.round(EACH_MS[0] + random() * (EACH_MS[1] - EACH_MS[0]));
    const long = long_due && at_ms > (minutes * 60_000) / 3;
    const for_ms = long ? LONG_PAUSE_MS : PAUSE_MS;
    // What the burst begins has to end before the load does.
    if (at_ms + for_ms + PAUSE_MS > minutes * 60_000) return all;
    if (long) long_due = false;
    all.push({ at_ms, for_ms, burst: BURST, greedy: all.length % 2 === 0 });
    at_ms += for_ms;
  }
}
