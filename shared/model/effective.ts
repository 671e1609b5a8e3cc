import type { Balancer, Rule } from './config.ts';

/** Combinations of rules kept per balancer. Clients choose which rules match, so the number needs a bound. */
const MAX_KEPT = 256;

const kept = new WeakMap<Balancer, Map<string, Balancer>>();

/** The pool sets and then the rules of a balancer, in the order in which they apply. */
export function changesOf({
  pool_sets = [],
  rules = [],
}: Pick<Balancer, 'pool_sets' | 'rules'>): readonly Rule[] {
  return pool_sets.length === 0 ? rules : [...pool_sets, ...rules];
}

/**
 * The balancer with the overrides of a pool set and of rules applied, one after the other, so the last one wins. Its id stays.
 * The same names give the same object, so a cache keyed by balancer works for it too.
 * @param names of pool sets and rules. A name that the balancer lacks belongs to another version and changes nothing
 */
export function effectiveBalancer(balancer: Balancer, names: readonly string[]): Balancer {
  if (names.length === 0) return balancer;
  let by_rules = kept.get(balancer);
  if (by_rules === undefined) {
    by_rules = new Map();
    kept.set(balancer, by_rules);
  }
  const key = names.join('\n');
  let effective = by_rules.get(key);
  if (effective === undefined) {
    effective = apply(balancer, names);
    if (by_rules.size >= MAX_KEPT) by_rules.clear();
    by_rules.set(key, effective);
  }
  return effective;
}

function apply(balancer: Balancer, names: readonly string[]): Balancer {
  let effective = balancer;
  for (const { name, overrides } of changesOf(balancer)) {
    if (overrides === undefined || !names.includes(name)) continue;
    const { session, ...rest } = overrides;
    const { session: before, ...others } = effective;
    const after = session === undefined ? before : (session ?? undefined);
    effective = { ...others, ...rest, ...(after === undefined ? {} : { session: after }) };
  }
  return effective;
}

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
