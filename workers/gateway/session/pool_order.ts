import { priorityLoads } from '../../../shared/balancing/priority_loads.ts';
import { shareAt } from '../../../shared/balancing/share_at.ts';
import { hashFraction } from '../../../shared/hashing/client_key.ts';
import { byPreference } from '../../../shared/hashing/rendezvous.ts';
import type { Pool } from '../../../shared/model/config.ts';
import { STRATEGY_DEFAULTS } from '../../../shared/model/strategy_defaults.ts';
import { isDown, type Known } from './known.ts';

/**
 * The default pools in the order of a session's key, if the gateway can tell without a ranking. For policies that draw a pool for
 * each request, the key draws here, so that all requests of a session come to one pool.
 * @returns empty: only the selector can tell
 */
export function poolOrder(key: string, known: Known): Pool[] {
  const { config, balancer } = known;
  const pools = balancer.default_pools.flatMap((id) => config.pools[id] ?? []);
  switch (balancer.steering_policy) {
    case 'off':
      return pools;
    case 'random':
    case 'round_robin':
    case 'least_outstanding_requests':
    case 'least_connections':
      return byWeight(pools, key, ({ id }) => balancer.pool_weights[id] ?? 1);
    case 'capacity':
      return byWeight(pools, key, ({ capacity = 1 }) => capacity);
    case 'priority':
      return byPriority(pools, key, known);
    case 'cost':
      // `capacity` is ignored: it depends on the current traffic, and sessions must not move with traffic.
      return pools.sort((a, b) => (a.cost ?? 0) - (b.cost ?? 0));
    default:
      return [];
  }
}

function byWeight(pools: readonly Pool[], key: string, weightOf: (pool: Pool) => number): Pool[] {
  return byPreference(
    pools.filter((pool) => weightOf(pool) > 0),
    key,
    weightOf,
  );
}

/** Each priority level has the keys that fall into its share of the traffic. As the share grows, its keys come back one by one. */
function byPriority(pools: readonly Pool[], key: string, known: Known): Pool[] {
  const { overprovisioning_percent } = known.balancer.steering_options ?? STRATEGY_DEFAULTS;
  const levels = pools.map((pool) => {
    const enabled = pool.origins.filter((origin) => origin.enabled && origin.state !== 'maintenance');
    const healthy = enabled.filter((origin) => !isDown(pool, origin, known)).length;
    return { healthy, total: enabled.length };
  });
  const chosen = shareAt(
    priorityLoads(levels, overprovisioning_percent),
    hashFraction('priority', key) * 100,
  );
  return [...new Set([pools[chosen] ?? [], pools].flat())];
}
