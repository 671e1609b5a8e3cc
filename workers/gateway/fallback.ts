import type { Balancer, Config, Origin, Pool } from '../../shared/config/config.ts';
import { KEYED_POLICIES, STRATEGY_DEFAULTS } from '../../shared/config/strategy_defaults.ts';
import type { HashKey } from '../../shared/config/strategy_options.ts';
import type { HealthDocument } from '../../shared/contracts/health.ts';
import type { OriginId } from '../../shared/contracts/ids.ts';
import type { Ranking } from '../../shared/contracts/selection.ts';
import { rendezvous } from '../../shared/hashing/rendezvous.ts';
import { requestKey } from '../../shared/hashing/request_key.ts';
import { takesTraffic, usable } from './usable.ts';

/** How the first origin is chosen among those of its pool. */
interface Choice {
  /** Uniform in [0, 1). */
  draw(): number;
  /** A fact of the request; the empty string: it does not have it. */
  read(name: HashKey): string;
}

/**
 * The ranking when there is no selector: pools in failover order, and of each the origins that are not down. If all
 * are down, the fallback pool's whatever their health.
 *
 * The first origin is drawn by weight, or a fleet that starts cold would send everything to one; the others of its pool
 * follow as listed. Where the pool's policy is keyed, the key decides instead, by weighted rendezvous hashing: that is the
 * order of `hash` itself, and of the other policies at least one that stays the same from request to request.
 */
export function fallbackRanking(
  balancer: Balancer,
  config: Config,
  health: HealthDocument | undefined,
  choice: Choice,
): Ranking {
  const found = new Set<OriginId>();
  for (const pool_id of [...balancer.default_pools, balancer.fallback_pool]) {
    const pool = config.pools[pool_id];
    const origins = pool?.origins.filter((origin) => usable(origin, pool, health)) ?? [];
    if (pool === undefined || origins.length === 0) continue;
    const order = found.size === 0 ? ordered(pool, origins, choice) : origins.map(({ id }) => id);
    for (const id of order) found.add(id);
  }
  const last = config.pools[balancer.fallback_pool];
  if (found.size === 0 && last !== undefined) {
    // In drain, in maintenance or disabled: no new traffic, not even as the last resort.
    const origins = last.origins.filter((origin) => takesTraffic(origin, last));
    for (const id of ordered(last, origins, choice)) found.add(id);
  }
  return { origins: [...found].slice(0, balancer.retry.attempts), finalists: 0 };
}

function ordered(pool: Pool, origins: readonly Origin[], { draw, read }: Choice): OriginId[] {
  if (origins.length > 1 && KEYED_POLICIES.includes(pool.origin_policy)) {
    const key = requestKey(pool.origin_options?.key ?? STRATEGY_DEFAULTS.key, read);
    const nodes = origins.map(({ id, weight }) => ({ key: id, weight }));
    if (key !== undefined) return rendezvous(nodes, key) as OriginId[];
  }
  const total = origins.reduce((sum, { weight }) => sum + weight, 0);
  let left = draw() * total;
  const drawn = origins.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
  const others = origins.filter((origin) => origin !== drawn);
  return [...(drawn === undefined ? [] : [drawn]), ...others].map(({ id }) => id);
}
