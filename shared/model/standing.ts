import type { Origin, Pool, Session } from './config.ts';

/** What `state` and `enabled` of an origin and of its pool amount to. */
export type Standing = 'ready' | 'drain' | 'disabled' | 'maintenance';

/** The stricter of the origin's own standing and its pool's. */
export function standingOf(pool: Pool, origin: Origin): Standing {
  if (pool.state === 'maintenance' || origin.state === 'maintenance') return 'maintenance';
  if (!pool.enabled || !origin.enabled) return 'disabled';
  return pool.state === 'drain' || origin.state === 'drain' ? 'drain' : 'ready';
}

/**
 * When an origin stops serving its sessions, in milliseconds since the epoch. Infinity: never. 0: it serves none.
 *
 * Without a `drain_duration`, an origin in drain serves its sessions as long as a session can last, and a disabled origin
 * serves none, as Cloudflare defines it. The copy bundled at deploy does not know when a drain began. Then the drain ends only
 * with the sessions themselves, and a disabled origin serves none.
 */
export function servesSessionsUntil(pool: Pool, origin: Origin, session: Session): number {
  const standing = standingOf(pool, origin);
  if (standing === 'ready') return Infinity;
  if (standing === 'maintenance') return 0;
  const since = leavingSince(pool, origin);
  if (standing === 'drain') return (since ?? Infinity) + (session.drain_ms ?? session.ttl_ms);
  return since === undefined || session.drain_ms === undefined ? 0 : since + session.drain_ms;
}

/** When an origin or its pool stopped taking new sessions. @returns undefined: it takes them, or the time is not known */
export function leavingSince(pool: Pool, origin: Origin): number | undefined {
  const stamps = [pool, origin].flatMap((one) => (isLeaving(one) ? (one.draining_since ?? []) : []));
  return stamps.length === 0 ? undefined : Math.min(...stamps);
}

/** Whether an origin or a pool takes no new sessions, by its own `enabled` and `state`. */
export function isLeaving({ enabled, state }: Pick<Origin, 'enabled' | 'state'>): boolean {
  return !enabled || state === 'drain';
}
