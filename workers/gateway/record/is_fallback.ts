import type { Balancer } from '../../../shared/model/config.ts';
import type { Decision } from '../exchange/decision.ts';

/**
 * Whether an origin's pool served as the fallback pool. A ranking says so of its pool. A session that was pinned there while no other
 * pool could serve stays, and then the balancer tells: steering never chooses a fallback pool that is no default pool.
 */
export function isFallback(
  pool: string,
  decision: Decision | undefined,
  balancer: Balancer | undefined,
): boolean {
  if (pool === '' || decision === undefined || balancer === undefined) return false;
  if (decision.decision !== 'pinned') return decision.ranking.fallback === pool;
  return pool === balancer.fallback_pool && !balancer.default_pools.includes(pool);
}
