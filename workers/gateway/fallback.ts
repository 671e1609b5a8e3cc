import type { Balancer, Config } from '../../shared/config/config.ts';
import type { HealthDocument } from '../../shared/contracts/health.ts';
import type { OriginId } from '../../shared/contracts/ids.ts';
import type { Ranking } from '../../shared/contracts/selection.ts';
import { takesTraffic, usable } from './usable.ts';

/**
 * The ranking when there is no selector: plain failover order over the origins that are not down, and if all
 * are down over the fallback pool whatever its health. Weights and strategies are the selector's business.
 */
export function fallbackRanking(
  balancer: Balancer,
  config: Config,
  health: HealthDocument | undefined,
): Ranking {
  const first = new Set<OriginId>();
  const last_resort = new Set<OriginId>();
  for (const pool_id of [...balancer.default_pools, balancer.fallback_pool]) {
    const pool = config.pools[pool_id];
    for (const origin of pool?.origins ?? []) {
      // In drain, in maintenance or disabled: no new traffic, not even as the last resort.
      if (pool === undefined || !takesTraffic(origin, pool)) continue;
      if (pool_id === balancer.fallback_pool) last_resort.add(origin.id);
      if (usable(origin, pool, health)) first.add(origin.id);
    }
  }
  const origins = [...(first.size > 0 ? first : last_resort)];
  return { origins: origins.slice(0, balancer.retry.attempts), finalists: 0 };
}
