import { randomOf } from '../../project/random.ts';
import { WARM_UP_MS } from '../schedule.ts';

/** A time in which nobody sends, with a burst at its end. Times are milliseconds from the start of the load. */
export interface Pause {
  at_ms: number;
  for_ms: number;
  /** Number of requests that come at once at the end. */
  burst: number;
  /** Whether the whole burst is from one caller and exceeds the limit of `/api`. */
  greedy: boolean;
}

/** Time between two pauses, from and to. */
const EACH_MS = [10_000, 16_000] as const;
/**
 * Length of a pause: longer than the 5 s after which a request waits for a look. The burst then meets an isolate whose last look is too
 * old.
 */
export const PAUSE_MS = 6_000;
/**
 * Length of the long pause: longer than the 30 s after which a request waits for a look at KV and the selector's answers are stale.
 * Runs of {@link LONG_FROM_MINUTES} minutes or more have one. In a shorter run, it would take most of the time.
 */
const LONG_PAUSE_MS = 33_000;
const LONG_FROM_MINUTES = 3;
const BURST = 64;

/** The pauses of a run: a pure function of its arguments. The first burst and every second one after it are greedy. */
export function pauses(seed: number, minutes: number): Pause[] {
  const random = randomOf(seed, 'pauses');
  const all: Pause[] = [];
  let long_due = minutes >= LONG_FROM_MINUTES;
  for (let at_ms = WARM_UP_MS; ; ) {
    at_ms += Math.round(EACH_MS[0] + random() * (EACH_MS[1] - EACH_MS[0]));
    const long = long_due && at_ms > (minutes * 60_000) / 3;
    const for_ms = long ? LONG_PAUSE_MS : PAUSE_MS;
    // The requests of the burst have to end before the load does.
    if (at_ms + for_ms + PAUSE_MS > minutes * 60_000) return all;
    if (long) long_due = false;
    all.push({ at_ms, for_ms, burst: BURST, greedy: all.length % 2 === 0 });
    at_ms += for_ms;
  }
}
