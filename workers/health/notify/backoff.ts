/** The first wait. A receiver that restarts is back by the first or second try. */
const BASE_MS = 5_000;
export const MAX_BACKOFF_MS = 15 * 60_000;

/**
 * How long to wait after a failed try: twice as long as before, up to a quarter of an hour. Half of it is random, so that many
 * messages to one receiver do not come back as a wave.
 * @param failures 1 or more
 * @param random uniform in [0, 1)
 */
export function backoff(failures: number, random: () => number): number {
  const whole = Math.min(BASE_MS * 2 ** (failures - 1), MAX_BACKOFF_MS);
  return Math.round(whole / 2 + (random() * whole) / 2);
}
