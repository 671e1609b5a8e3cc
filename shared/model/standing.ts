import type { Origin, Pool, Session } from './config.ts';

/** The operator's word on an origin: its own `state` and `enabled`, and its pool's. */
export type Standing = 'ready' | 'drain' | 'disabled' | 'maintenance';

/** The stricter of what is said of an origin and of its pool. */
export function standingOf(pool: Pool, origin: Origin): Standing {
  if (pool.state === 'maintenance' || origin.state === 'maintenance') return 'maintenance';
  if (!pool.enabled || !origin.enabled) return 'disabled';
  return pool.state === 'drain' || origin.state === 'drain' ? 'drain' : 'ready';
}

/**
 * Until when an origin serves the sessions it has, milliseconds since the epoch. Infinity: no end is set; 0: it
 * serves none.
 *
 * In drain, without a `drain_duration`, that is for as long as a session can last. A disabled origin serves nothing
 * without one, as Cloudflare defines it. Where nobody knows when it began (the copy bundled at deploy has no stamps),
 * a drain has no end but the sessions' own, and a disabled origin serves none.
 */
export function servesSessionsUntil(pool: Pool, origin: Origin, session: Session): number {
  const standing = standingOf(pool, origin);
  if (standing === 'ready') return Number.POSITIVE_INFINITY;
  if (standing === 'maintenance') return 0;
  const since = leavingSince(pool, origin);
  if (standing === 'drain') return (since ?? Number.POSITIVE_INFINITY) + (session.drain_ms ?? session.ttl_ms);
  return since === undefined || session.drain_ms === undefined ? 0 : since + session.drain_ms;
}

/** Since when an origin or its pool takes no new sessions; undefined: it does, or nobody knows. */
export function leavingSince(pool: Pool, origin: Origin): number | undefined {
  const stamps = [pool, origin].flatMap((one) => (isLeaving(one) ? (one.draining_since ?? []) : []));
  return stamps.length === 0 ? undefined : Math.min(...stamps);
}

/** Whether an origin or a pool, by its own word, serves at most the sessions it has. */
export function isLeaving({ enabled, state }: Pick<Origin, 'enabled' | 'state'>): boolean {
  return !enabled || state === 'drain';
}
