import { shedsSession } from '../../../shared/balancing/shedding.ts';
import { stateOf } from '../../../shared/contracts/health.ts';
import { byPreference } from '../../../shared/hashing/rendezvous.ts';
import type { Origin, Pool, Session } from '../../../shared/model/config.ts';
import { servesSessionsUntil, standingOf } from '../../../shared/model/standing.ts';
import { isDown, type Known } from './known.ts';
import { poolOrder } from './pool_order.ts';

/**
 * Finds the pool of a session's key without a ranking: the pool that the session is in, otherwise the first in the order of the key
 * ({@link poolOrder}).
 * @param home the pool of the session's origin, if the balancer may still use it
 * @returns no `pool`: only a ranking can tell. `shed`: a pool was skipped because it sheds this client
 */
export function poolByKey(
  key: string,
  home: Pool | undefined,
  session: Session,
  known: Known,
): { pool?: Pool; shed?: true } {
  const found: { pool?: Pool; shed?: true } = {};
  for (const pool of [home ?? [], poolOrder(key, known)].flat()) {
    if (!serves(pool, session, known)) continue;
    if (shedsSession(pool, known.client)) found.shed = true;
    else return { ...found, pool };
  }
  return found;
}

/**
 * The origins of a pool that may serve a session, in the order of its key (weighted rendezvous hashing). If an origin leaves, only
 * its own sessions move.
 *
 * Degraded stand-ins come last, as in rankings, or have a part of their weight (`degraded_weight`). A session by `header` consists
 * of its key alone, so the first in the order is its own origin, degraded or not.
 */
export function orderByKey(pool: Pool, key: string, session: Session, known: Known): Origin[] {
  if (shedsSession(pool, known.client)) return [];
  const { degraded_weight = 0 } = pool;
  const isDegraded = ({ id }: Origin) =>
    session.by !== 'header' && pool.monitor !== undefined && stateOf(known.health, id) === 'degraded';
  const order = byPreference(
    candidates(pool, session, known),
    key,
    (origin) => origin.weight * (degraded_weight > 0 && isDegraded(origin) ? degraded_weight : 1),
  );
  if (degraded_weight > 0) return order;
  return [...order.filter((origin) => !isDegraded(origin)), ...order.filter(isDegraded)];
}

/** Whether a pool has `minimum_origins` that can serve, and an origin that a key may choose. */
function serves(pool: Pool, session: Session, known: Known): boolean {
  const able = pool.origins.filter(
    (origin) => origin.enabled && origin.state !== 'maintenance' && !isDown(pool, origin, known),
  );
  return able.length >= pool.minimum_origins && candidates(pool, session, known).length > 0;
}

/**
 * The origins that a key may choose. With `header` the gateway cannot tell an old session from a new one, so an origin in drain
 * keeps its keys until the drain ends. Otherwise a key chooses no origin in drain.
 */
function candidates(pool: Pool, session: Session, known: Known): Origin[] {
  return pool.origins.filter((origin) => {
    if (origin.weight === 0 || isDown(pool, origin, known)) return false;
    return session.by === 'header'
      ? servesSessionsUntil(pool, origin, session) > known.now
      : standingOf(pool, origin) === 'ready';
  });
}
