import type { Balancer } from './config.ts';

/**
 * Ids of every pool that a balancer may use, by whatever policy, each once: default pools in failover order, then those
 * of its maps, then the fallback pool.
 */
export function poolsOf(balancer: Balancer): string[] {
  const { default_pools, pop_pools, country_pools, region_pools, fallback_pool } = balancer;
  const mapped = [pop_pools, country_pools, region_pools].flatMap((map) => Object.values(map).flat());
  return [...new Set([...default_pools, ...mapped, fallback_pool])];
}
