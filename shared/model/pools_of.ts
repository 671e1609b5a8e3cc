import type { Balancer } from './config.ts';
import { changesOf } from './effective.ts';

type PoolFields = 'default_pools' | 'pop_pools' | 'country_pools' | 'region_pools' | 'fallback_pool';

/**
 * Ids of every pool that a balancer, or a rule's overrides of it, may use by whatever policy, each once: default pools in
 * failover order, then those of its maps, then the fallback pool.
 */
export function poolsOf(fields: Partial<Pick<Balancer, PoolFields>>): string[] {
  const { default_pools = [], pop_pools = {}, country_pools = {}, region_pools = {}, fallback_pool } = fields;
  const mapped = [pop_pools, country_pools, region_pools].flatMap((map) => Object.values(map).flat());
  return [...new Set([...default_pools, ...mapped, ...(fallback_pool === undefined ? [] : [fallback_pool])])];
}

/** The same, with the pools that only its pool sets and rules name at the end. */
export function poolsWithRules(balancer: Balancer): string[] {
  const ruled = changesOf(balancer).flatMap(({ overrides }) => (overrides ? poolsOf(overrides) : []));
  return [...new Set([...poolsOf(balancer), ...ruled])];
}
