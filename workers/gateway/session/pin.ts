import type { Balancer, Config, Origin, Pool, Session } from '../../../shared/config/config.ts';
import { poolsOf } from '../../../shared/config/pools_of.ts';
import { servesSessionsUntil, standingOf } from '../../../shared/config/standing.ts';
import { type HealthDocument, stateOf } from '../../../shared/contracts/health.ts';
import { poolOf } from '../../../shared/contracts/ids.ts';
import { rendezvous } from '../../../shared/hashing/rendezvous.ts';
import { shedsSession } from '../../../shared/shedding.ts';
import type { Exchange } from '../exchange.ts';
import type { Claim } from './read.ts';

/** Where a request goes because of its session. */
export interface Pin {
  /** In the order to try them. */
  origins: readonly Origin[];
  /** The origin of the session, if it serves it; it is the first then. */
  kept: Origin | undefined;
  /** Whether the session stays where it is although its origin does not serve this request. */
  stays: boolean;
}

/** What the rules read beside the session. */
export interface Known {
  config: Config;
  balancer: Balancer;
  health: HealthDocument | undefined;
  /** The client's address. */
  client: string;
  /** Milliseconds since the epoch. */
  now: number;
}

/** What the gateway knows of these for a request. */
export function knownTo({ client, loaded, balancer, isolate }: Exchange): Known {
  return {
    config: loaded.document.config,
    balancer,
    health: isolate.health.current,
    client: client.address,
    now: isolate.now(),
  };
}

/** Policies that weigh pools and draw one for each request; all others name the same pool to a client again and again. */
const DRAWING: readonly string[] = [
  'random',
  'round_robin',
  'least_outstanding_requests',
  'least_connections',
];

/**
 * Puts the origin of a session first.
 *
 * It serves if it is in a pool of the balancer that does not shed it, is not down, and its operator lets it serve
 * sessions. What follows it is `zero_downtime_failover`: `none`, nothing; else the other origins. Where it does not
 * serve, the session moves, except that with `temporary` one that is only down or in maintenance gets its sessions back.
 *
 * Without a cookie a key chooses (`header`, and the first request of `ip_cookie`), by weighted rendezvous hashing.
 * @param settled the origins to try if there were no session
 */
export function pin(claim: Claim, settled: readonly Origin[], known: Known): Pin {
  const { session, origin } = claim;
  if (origin === undefined) return byKey(claim, settled, known);
  const serves = ability(origin, session, known);
  if (serves === 'now') return { origins: followed(origin, settled, session), kept: origin, stays: true };
  const stays = serves === 'later' && session.zero_downtime_failover === 'temporary';
  return { ...byKey(claim, settled, known), kept: undefined, stays };
}

/** Whether an origin can serve a session: now, perhaps later, or never again. */
function ability(origin: Origin, session: Session, { config, balancer, health, client, now }: Known) {
  const id = poolOf(origin.id);
  const pool = config.pools[id];
  if (pool === undefined || !mayUse(balancer, id)) return 'never';
  // The selector keeps these clients away from the pool too: they do not come back with their next request.
  if (shedsSession(pool, client)) return 'never';
  if (pool.state === 'maintenance' || origin.state === 'maintenance') return 'later';
  if (servesSessionsUntil(pool, origin, session) <= now) return 'never';
  return isDown(pool, origin, health) ? 'later' : 'now';
}

function isDown(pool: Pool, { id }: Origin, health: HealthDocument | undefined): boolean {
  return pool.monitor !== undefined && stateOf(health, id) === 'down';
}

function followed(first: Origin, others: readonly Origin[], session: Session): readonly Origin[] {
  if (session.zero_downtime_failover === 'none') return [first];
  return [first, ...others.filter(({ id }) => id !== first.id)];
}

/** By hash, so that no isolate has to remember what another one chose. */
function byKey({ session, key }: Claim, settled: readonly Origin[], known: Known): Pin {
  if (key === undefined) return { origins: settled, kept: undefined, stays: false };
  const pool = poolFor(key, session, settled, known);
  const order = pool === undefined ? [] : inOrder(pool, key, session, known);
  const [first] = order;
  if (first === undefined) return { origins: settled, kept: undefined, stays: false };
  const others = [...order.slice(1), ...settled.filter(({ id }) => !order.some((one) => one.id === id))];
  if (session.by !== 'header') return { origins: [first, ...others], kept: undefined, stays: false };
  return { origins: followed(first, others, session), kept: first, stays: true };
}

/** The pool that steering names; where steering draws one for every request, the key chooses among the default pools. */
function poolFor(key: string, session: Session, [first]: readonly Origin[], known: Known): Pool | undefined {
  const { config, balancer } = known;
  if (first === undefined) return undefined;
  if (!DRAWING.includes(balancer.steering_policy)) return config.pools[poolOf(first.id)];
  const nodes = balancer.default_pools
    .filter((id) => candidates(config.pools[id], session, known).length > 0)
    .map((id) => ({ key: id, weight: balancer.pool_weights[id] ?? 1 }))
    .filter(({ weight }) => weight > 0);
  const [chosen = poolOf(first.id)] = rendezvous(nodes, key);
  return config.pools[chosen];
}

function inOrder(pool: Pool, key: string, session: Session, known: Known): Origin[] {
  const nodes = candidates(pool, session, known).map(({ id, weight }) => ({ key: id, weight }));
  return rendezvous(nodes, key).flatMap((id) => pool.origins.find((origin) => origin.id === id) ?? []);
}

/**
 * Whom a key may choose. By `header` a session cannot be told from a new one, so an origin in drain keeps its keys to
 * the end of its drain; by `ip_cookie` the key only begins sessions, and a drain takes none.
 */
function candidates(pool: Pool | undefined, session: Session, { health, client, now }: Known): Origin[] {
  if (pool === undefined || shedsSession(pool, client)) return [];
  return pool.origins.filter((origin) => {
    if (origin.weight === 0 || isDown(pool, origin, health)) return false;
    return session.by === 'header'
      ? servesSessionsUntil(pool, origin, session) > now
      : standingOf(pool, origin) === 'ready';
  });
}

const pools_of = new WeakMap<Balancer, ReadonlySet<string>>();

/** The pools of a balancer, found once for a configuration. */
function mayUse(balancer: Balancer, pool: string): boolean {
  let pools = pools_of.get(balancer);
  if (pools === undefined) {
    pools = new Set(poolsOf(balancer));
    pools_of.set(balancer, pools);
  }
  return pools.has(pool);
}
