import type { Balancer, Config } from '../../shared/config/config.ts';
import { type HealthDocument, stateOf } from '../../shared/contracts/health.ts';
import type { OriginId } from '../../shared/contracts/ids.ts';
import type { Ranking } from '../../shared/contracts/selection.ts';

/**
 * The ranking when there is no selector: plain failover order over the origins that are not down, and if all
 * are down over the fallback pool whatever its health. Weights and strategies are the selector's business.
 */
export function fallbackRanking(
  balancer: Balancer,
  config: Config,
  health: HealthDocument | undefined,
  now: number,
): Ranking {
  const usable: OriginId[] = [];
  const last_resort: OriginId[] = [];
  for (const pool_id of [...balancer.default_pools, balancer.fallback_pool]) {
    const pool = config.pools[pool_id];
    // In drain or in maintenance: no new traffic, not even as the last resort.
    if (pool === undefined || pool.state !== undefined) continue;
    for (const origin of pool.origins) {
      if (!origin.enabled || origin.state !== undefined) continue;
      if (pool_id === balancer.fallback_pool && !last_resort.includes(origin.id)) last_resort.push(origin.id);
      if (!pool.enabled || origin.weight === 0 || usable.includes(origin.id)) continue;
      if (pool.monitor === undefined || stateOf(health, origin.id, now) !== 'down') usable.push(origin.id);
    }
  }
  const origins = usable.length > 0 ? usable : last_resort;
  return { origins: origins.slice(0, balancer.retry.attempts), finalists: 0 };
}
