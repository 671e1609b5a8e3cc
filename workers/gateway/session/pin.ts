import { shedsSession } from '../../../shared/balancing/shedding.ts';
import type { Origin, Session } from '../../../shared/model/config.ts';
import { poolOf } from '../../../shared/model/ids.ts';
import { servesSessionsUntil } from '../../../shared/model/standing.ts';
import { orderByKey, poolByKey } from './by_key.ts';
import { isDown, type Known, mayUse } from './known.ts';
import type { Claim } from './read.ts';

/** Where a request goes because of its session. */
export interface Pin {
  /** In the order to try them. */
  origins: readonly Origin[];
  /** Finds the origins that follow, which costs a ranking. Called at most once. Absent: there are none. */
  rest?: () => Promise<readonly Origin[]>;
  /** The origin of the session, if it serves this request. It comes first then. */
  kept: Origin | undefined;
  /** Whether the session keeps its origin even if another one serves this request. */
  stays: boolean;
  /** The key chose a pool that sheds this session. */
  shed?: true;
}

/**
 * Takes a ranking, as for a request without a session.
 * @param sample whether the ranking decides where the request goes, so that the request counts as a sample of the strategy
 * @returns its origins in the order to try them
 */
export type Steer = (sample: boolean) => Promise<readonly Origin[]>;

/**
 * Decides where a request of a session goes. It takes a ranking only if the session does not decide, because an unused ranking is a
 * turn lost for new sessions.
 *
 * The origin of a session serves if three conditions hold: the balancer uses its pool, which does not shed the session; it is not
 * down; its operator lets it serve sessions. The other origins follow in the order of the session's key, or none if
 * `zero_downtime_failover` is `none`. If the origin does not serve, the first in that order does, and the session moves there. With
 * `temporary`, an origin that is only down or in maintenance gets its sessions back.
 *
 * So all requests of a session go to one stand-in, in every isolate, until its origin is back. Without a cookie the key chooses
 * from the start (`header`, and the first request with `ip_cookie`).
 */
export async function pin(claim: Claim, known: Known, steer: Steer): Promise<Pin> {
  const { session, origin } = claim;
  const serves = origin && ability(origin, session, known);
  if (origin !== undefined && serves === 'now') return keptAt(origin, claim, known, steer);
  const stays = serves === 'later' && session.zero_downtime_failover === 'temporary';
  if (claim.key === undefined) return { origins: await steer(true), kept: undefined, stays };
  const chosen = await byKey(claim, claim.key, known, steer);
  const [first] = chosen.origins;
  if (session.by !== 'header' || first === undefined || !chosen.by_key)
    return { ...chosen, kept: undefined, stays };
  return session.zero_downtime_failover === 'none'
    ? { origins: [first], kept: first, stays: true }
    : { ...chosen, kept: first, stays: true };
}

/** Whether an origin can serve a session: now, perhaps later, or never again. */
function ability(origin: Origin, session: Session, known: Known) {
  const { config, balancer, client, now } = known;
  const id = poolOf(origin.id);
  const pool = config.pools[id];
  if (pool === undefined || !mayUse(balancer, id)) return 'never';
  // The selector keeps these clients away from the pool as well, so their next request would not come back.
  if (shedsSession(pool, client)) return 'never';
  if (pool.state === 'maintenance' || origin.state === 'maintenance') return 'later';
  if (servesSessionsUntil(pool, origin, session) <= now) return 'never';
  return isDown(pool, origin, known) ? 'later' : 'now';
}

function keptAt(origin: Origin, claim: Claim, known: Known, steer: Steer): Pin {
  const pinned: Pin = { origins: [origin], kept: origin, stays: true };
  const { key, session } = claim;
  if (session.zero_downtime_failover === 'none' || key === undefined) return pinned;
  pinned.rest = async () => {
    const { origins, rest } = await byKey(claim, key, known, steer);
    return without([...origins, ...((await rest?.()) ?? [])], [origin]);
  };
  return pinned;
}

interface Chosen extends Pick<Pin, 'origins' | 'rest' | 'shed'> {
  /** Whether the key has chosen the first origin. False: steering has. */
  by_key: boolean;
}

/** Chooses by hash, so that isolates agree without sharing anything. */
async function byKey(claim: Claim, key: string, known: Known, steer: Steer): Promise<Chosen> {
  const { session, origin } = claim;
  const { config, balancer } = known;
  const home = origin && mayUse(balancer, poolOf(origin.id)) ? config.pools[poolOf(origin.id)] : undefined;
  const { pool, ...found } = poolByKey(key, home, session, known);
  if (pool !== undefined) {
    const origins = orderByKey(pool, key, session, known);
    const chosen: Chosen = { ...found, origins, by_key: true };
    if (balancer.failover_across_pools) chosen.rest = async () => without(await steer(false), origins);
    return chosen;
  }
  const steered = await steer(false);
  const [first] = steered;
  const named = first && config.pools[poolOf(first.id)];
  const order = named === undefined ? [] : orderByKey(named, key, session, known);
  return { ...found, origins: [...order, ...without(steered, order)], by_key: order.length > 0 };
}

function without(origins: readonly Origin[], others: readonly Origin[]): Origin[] {
  return origins.filter(({ id }) => !others.some((other) => other.id === id));
}
