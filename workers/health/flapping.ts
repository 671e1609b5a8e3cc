/** How restless an origin has been. */
export interface Flaps {
  /** As it was at `at`; it halves every {@link HALF_LIFE_MS}. */
  penalty: number;
  /** Milliseconds since the epoch. */
  at: number;
  /** Whether it is held back. */
  held: boolean;
}

// Route flap damping with the default figures of routers: the third fall within twenty minutes holds an origin back for about
// half an hour. https://www.rfc-editor.org/rfc/rfc2439
const PENALTY = 1_000;
const SUPPRESS = 2_000;
const REUSE = 750;
export const HALF_LIFE_MS = 15 * 60_000;
/** However often it falls, it is held for four half-lives at most after the last time. */
const CEILING = REUSE * 2 ** 4;

/**
 * Counts falls. Each adds to a penalty that fades; above one threshold an origin is held back, and only below another,
 * lower one is it let go: the more often it falls, the longer it has to stand.
 *
 * @param fell whether it has just gone from up to down
 * @returns `before` itself if nothing has changed; undefined: there is nothing to remember
 */
export function flapsAfter(before: Flaps | undefined, fell: boolean, now: number): Flaps | undefined {
  // The clock was set back: the penalty fades from now on. Otherwise it would stay until the clock has caught up.
  if (before !== undefined && before.at > now) return flapsAfter({ ...before, at: now }, fell, now);
  const faded = before === undefined ? 0 : before.penalty * 2 ** ((before.at - now) / HALF_LIFE_MS);
  if (fell) {
    const penalty = Math.min(faded + PENALTY, CEILING);
    return { penalty, at: now, held: before?.held === true || penalty > SUPPRESS };
  }
  if (before?.held) return faded < REUSE ? { penalty: faded, at: now, held: false } : before;
  // As routers do: at half the lower threshold it is forgotten.
  return faded < REUSE / 2 ? undefined : before;
}
