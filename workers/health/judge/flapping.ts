/** How often an origin has fallen lately. */
export interface Flaps {
  /** Value at the time `at`. It halves every {@link HALF_LIFE_MS}. */
  penalty: number;
  /** Milliseconds since the epoch. */
  at: number;
  /** Whether the origin is held back. */
  held: boolean;
}

// Route flap damping with the usual defaults of routers: a third fall within twenty minutes holds an origin back for about half
// an hour. https://www.rfc-editor.org/rfc/rfc2439
const PENALTY = 1_000;
const SUPPRESS = 2_000;
const REUSE = 750;
export const HALF_LIFE_MS = 15 * 60_000;
/** Caps the penalty, so that an origin is held for at most four half-lives (an hour) after its last fall. */
const CEILING = REUSE * 2 ** 4;

/**
 * Counts falls. Each fall adds to a penalty that decays over time. Above {@link SUPPRESS} the origin is held back; below
 * {@link REUSE} it is released. The more often it falls, the longer it must stay up to be released.
 *
 * @param fell whether the origin has just gone from up to down
 * @returns `before` itself if nothing has changed; undefined if there is nothing to remember
 */
export function flapsAfter(before: Flaps | undefined, fell: boolean, now: number): Flaps | undefined {
  // The clock was set back. Let the penalty decay from now on, or it would stay until the clock catches up.
  if (before !== undefined && before.at > now) return flapsAfter({ ...before, at: now }, fell, now);
  const faded = before === undefined ? 0 : before.penalty * 2 ** ((before.at - now) / HALF_LIFE_MS);
  if (fell) {
    const penalty = Math.min(faded + PENALTY, CEILING);
    return { penalty, at: now, held: before?.held === true || penalty > SUPPRESS };
  }
  if (before?.held) return faded < REUSE ? { penalty: faded, at: now, held: false } : before;
  // Routers forget a penalty at half of the lower threshold.
  return faded < REUSE / 2 ? undefined : before;
}
