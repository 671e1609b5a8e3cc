import type { OriginHealth } from '../contracts/health.ts';
import type { Pool, SlowStart } from '../model/config.ts';

/** No origin is taken to be younger, as Envoy has it. */
const MIN_AGE_MS = 1_000;

/**
 * The part of its weight that an origin has at an age: max(min_weight, (age / window) ^ (1 / aggression)), 1 from
 * the end of the window on (Envoy). Its age belongs to the origin and not to an isolate: the health document has it.
 */
export function slowStart(age_ms: number, { window_s, aggression, min_weight }: SlowStart): number {
  // Nothing comes up in the future: a clock was set back, and how old it is nobody knows.
  if (age_ms < -window_s * 1_000) return 1;
  const part = Math.min(1, Math.max(age_ms, MIN_AGE_MS) / (window_s * 1_000));
  return Math.max(min_weight, part ** (1 / aggression));
}

/**
 * The part of its weight that an origin of a pool has now. It is below 1 in a slow start, which begins when checks find the
 * origin up.
 * @param health of the origin; undefined: nothing is known
 */
export function warmthOf(
  { slow_start, monitor }: Pick<Pool, 'slow_start' | 'monitor'>,
  health: OriginHealth | undefined,
  now: number,
): number {
  if (slow_start === undefined || monitor === undefined || health?.state !== 'up') return 1;
  return slowStart(now - health.since, slow_start);
}
