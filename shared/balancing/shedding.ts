import { clientFraction } from '../hashing/client_key.ts';
import type { LoadShedding } from '../model/config.ts';

// Load shedding as Cloudflare defines it. The selector uses it for traffic that it steers, the gateway for requests in
// sessions. https://developers.cloudflare.com/load-balancing/additional-options/load-shedding/

/** The fields of a pool that matter here. */
interface SheddingPool {
  id: string;
  load_shedding?: LoadShedding;
}

/**
 * Whether a client's session has to leave its pool. It depends only on pool and client, so it is the same in every balancer and
 * isolate, and for every request of the session.
 * @param address the client's; IPv6 counts by its /64
 */
export function shedsSession({ id, load_shedding }: SheddingPool, address: string): boolean {
  const { session_percent = 0 } = load_shedding ?? {};
  return session_percent > 0 && clientFraction(purposeOf(id), address) * 100 < session_percent;
}

/**
 * Whether traffic without a session is kept away from a pool.
 *
 * With `pinned`, the clients whose sessions have to leave are part of the share, because otherwise they would come back with
 * the next request. The greater of both percentages is then kept away.
 * @param pinned whether the balancer pins sessions
 * @param address the client's; read only if {@link shedsByClient}
 * @param random uniform in [0, 1); drawn only if {@link shedsByLot}
 */
export function shedsTraffic(
  pool: SheddingPool,
  pinned: boolean,
  address: string,
  random: () => number,
): boolean {
  const { load_shedding } = pool;
  if (load_shedding === undefined) return false;
  const { default_percent, default_policy } = load_shedding;
  const session_percent = pinned ? load_shedding.session_percent : 0;
  if (default_policy === 'hash')
    return clientFraction(purposeOf(pool.id), address) * 100 < Math.max(default_percent, session_percent);
  if (session_percent > 0 && shedsSession(pool, address)) return true;
  if (!shedsByLot(pool, pinned)) return default_percent > session_percent;
  // A draw among the other clients completes the share.
  return random() * (100 - session_percent) < default_percent - session_percent;
}

/** Whether {@link shedsTraffic} depends on the client. */
export function shedsByClient({ load_shedding }: SheddingPool, pinned: boolean): boolean {
  if (load_shedding === undefined) return false;
  const { default_percent, default_policy, session_percent } = load_shedding;
  return (default_policy === 'hash' && default_percent > 0) || (pinned && session_percent > 0);
}

/** Whether {@link shedsTraffic} draws, so that its result is for one request. */
export function shedsByLot({ load_shedding }: SheddingPool, pinned: boolean): boolean {
  if (load_shedding === undefined || load_shedding.default_policy === 'hash') return false;
  const { default_percent, session_percent } = load_shedding;
  return default_percent < 100 && default_percent > (pinned ? session_percent : 0);
}

/**
 * The share of clients that {@link shedsTraffic} always keeps away. Draws among the other clients are not part of it.
 * @returns undefined: nothing depends on the client
 */
export function clientsShed(
  pool: SheddingPool,
  pinned: boolean,
): { share: string; percent: number } | undefined {
  const { load_shedding } = pool;
  if (load_shedding === undefined || !shedsByClient(pool, pinned)) return undefined;
  const { default_percent, default_policy } = load_shedding;
  const session_percent = pinned ? load_shedding.session_percent : 0;
  const percent = default_policy === 'hash' ? Math.max(default_percent, session_percent) : session_percent;
  return { share: purposeOf(pool.id), percent };
}

function purposeOf(pool: string): string {
  return `shed\n${pool}`;
}
