import type { OriginHealth } from '../contracts/health.ts';
import type { Pool, SlowStart } from '../model/config.ts';

/** The youngest age that counts, as in Envoy. */
const MIN_AGE_MS = 1_000;

/**
 * The factor on an origin's weight at an age: max(min_weight, (age / window) ^ (1 / aggression)), and 1 after the window
 * (Envoy). The age comes from the health document, so it is the same in every isolate.
 */
export function slowStart(age_ms: number, { window_s, aggression, min_weight }: SlowStart): number {
  // An origin from the future means that a clock was set back, so its age is not known.
  if (age_ms < -window_s * 1_000) return 1;
  const part = Math.min(1, Math.max(age_ms, MIN_AGE_MS) / (window_s * 1_000));
  return Math.max(min_weight, part ** (1 / aggression));
}

/**
 * The factor on an origin's weight now. It is below 1 in a slow start, which begins when probes find the origin up.
 * @param health of the origin; undefined: not known
 */
export function warmthOf(
  { slow_start, monitor }: Pick<Pool, 'slow_start' | 'monitor'>,
  health: OriginHealth | undefined,
  now: number,
): number {
  if (slow_start === undefined || monitor === undefined || health?.state !== 'up') return 1;
  return slowStart(now - health.since, slow_start);
}
