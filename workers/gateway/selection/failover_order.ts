import { drawByWeight } from '../../../shared/balancing/share_at.ts';
import { takesTraffic, usable } from '../../../shared/balancing/usable.ts';
import type { HealthDocument } from '../../../shared/contracts/health.ts';
import type { Ranking } from '../../../shared/contracts/selection.ts';
import { rendezvous } from '../../../shared/hashing/rendezvous.ts';
import { requestKey } from '../../../shared/hashing/request_key.ts';
import type { Balancer, Config, Origin, Pool } from '../../../shared/model/config.ts';
import type { OriginId } from '../../../shared/model/ids.ts';
import { KEYED_POLICIES, STRATEGY_DEFAULTS } from '../../../shared/model/strategy_defaults.ts';
import type { HashKey } from '../../../shared/model/strategy_options.ts';

/** How the first origin is chosen among those of its pool. */
interface Choice {
  /** Uniform in [0, 1). */
  draw(): number;
  /** Reads a fact of the request; the empty string: the request does not have it. */
  read(name: HashKey): string;
}

/**
 * The ranking when there is no selector: pools in failover order, and in each pool the origins that are not down. If all are
 * down, the fallback pool's origins serve whatever their health.
 *
 * The first origin is drawn by weight, because a fleet that starts cold would otherwise send everything to one. The others of
 * its pool follow as listed. Where the pool's policy is keyed, the key decides, by weighted rendezvous hashing. That is the
 * order of `hash` itself; for the other keyed policies it is another order, but the same from request to request.
 */
export function fallbackRanking(
  balancer: Balancer,
  config: Config,
  health: HealthDocument | undefined,
  choice: Choice,
): Ranking {
  const found = new Set<OriginId>();
  let keyed = false;
  const add = (pool: Pool, origins: readonly Origin[]) => {
    const order = byKey(pool, origins, choice);
    keyed = order !== undefined;
    for (const id of order ?? drawn(origins, choice)) found.add(id);
  };
  for (const pool_id of [...balancer.default_pools, balancer.fallback_pool]) {
    const pool = config.pools[pool_id];
    const origins = pool?.origins.filter((origin) => usable(origin, pool, health)) ?? [];
    if (pool === undefined || origins.length === 0) continue;
    if (found.size === 0) add(pool, origins);
    else for (const { id } of origins) found.add(id);
  }
  const last = config.pools[balancer.fallback_pool];
  if (found.size === 0 && last !== undefined) {
    // An origin that is disabled, in drain or in maintenance gets no new traffic, not even as the last resort.
    const origins = last.origins.filter((origin) => takesTraffic(origin, last));
    add(last, origins);
  }
  const ranking: Ranking = { origins: [...found].slice(0, balancer.retry.attempts), finalists: 0 };
  if (keyed) ranking.keyed = true;
  return ranking;
}

/** @returns undefined: the pool's policy maps no keys, or the request has none */
function byKey(pool: Pool, origins: readonly Origin[], { read }: Choice): OriginId[] | undefined {
  if (!KEYED_POLICIES.includes(pool.origin_policy)) return undefined;
  const key = requestKey(keyParts(pool), read);
  if (key === undefined) return undefined;
  const nodes = origins.map(({ id, weight }) => ({ key: id, weight }));
  return rendezvous(nodes, key) as OriginId[];
}

/** The facts that a pool's keyed policy maps. */
export function keyParts({ origin_options }: Pool): readonly HashKey[] {
  return origin_options?.key ?? STRATEGY_DEFAULTS.key;
}

function drawn(origins: readonly Origin[], { draw }: Choice): OriginId[] {
  const weights = origins.map(({ weight }) => weight);
  const first = origins[drawByWeight(weights, draw())];
  const others = origins.filter((origin) => origin !== first);
  return [...(first === undefined ? [] : [first]), ...others].map(({ id }) => id);
}
