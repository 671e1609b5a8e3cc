import type { Balancer } from './config.ts';
import { changesOf } from './effective.ts';

type PoolFields = 'default_pools' | 'pop_pools' | 'country_pools' | 'region_pools' | 'fallback_pool';

/**
 * Ids of all pools that a balancer or a rule's overrides may use under any policy, without duplicates: default pools in
 * failover order, then those of the pool maps, then the fallback pool.
 */
export function poolsOf(fields: Partial<Pick<Balancer, PoolFields>>): string[] {
  const { default_pools = [], pop_pools = {}, country_pools = {}, region_pools = {}, fallback_pool } = fields;
  const mapped = [pop_pools, country_pools, region_pools].flatMap((map) => Object.values(map).flat());
  return [...new Set([...default_pools, ...mapped, ...(fallback_pool === undefined ? [] : [fallback_pool])])];
}

/** {@link poolsOf} a balancer, followed by the pools that only its pool sets and rules name. */
export function poolsWithRules(balancer: Balancer): string[] {
  const ruled = changesOf(balancer).flatMap(({ overrides }) => (overrides ? poolsOf(overrides) : []));
  return [...new Set([...poolsOf(balancer), ...ruled])];
}
