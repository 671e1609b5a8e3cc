import type { FactName } from '../../shared/contracts/facts.ts';
import type { Balancer, Config, Pool } from '../../shared/model/config.ts';
import type { OriginId } from '../../shared/model/ids.ts';
import type { SteeringOptions } from '../../shared/model/strategy_options.ts';
import { OPTION_DEFAULTS } from '../../shared/strategies/strategies.ts';
import { readsOf, type Strategy } from '../../shared/strategies/strategy.ts';
import {
  candidateTiers,
  changesAt,
  type HealthNow,
  lastResortTiers,
  poolTarget,
  type Tiers,
} from './candidates.ts';
import type { ByRole, Plan, PolicyInstance, PoolPolicy, Stage, Strategies } from './plan.ts';
import { sheddingOf } from './shedding.ts';
import { reasonsOf } from './why_out.ts';

/**
 * Makes the plan for one balancer.
 * @param balancer as its rules leave it
 * @param name see {@link Plan}
 * @throws Error when it names a strategy that this selector does not have, except as a shadow
 */
export function makePlan(
  config: Config,
  balancer: Balancer,
  name: string,
  health: HealthNow,
  strategies: Strategies,
): Plan {
  const { retry, failover_across_pools, default_pools, region_pools, country_pools, pop_pools } = balancer;
  const maps = { default_pools, region_pools, country_pools, pop_pools };
  const vary = new Set<FactName>();
  const instance = (policy: string, told: SteeringOptions | undefined, limit: number): PolicyInstance => {
    const strategy = Object.hasOwn(strategies, policy) ? strategies[policy] : undefined;
    if (strategy === undefined) throw new Error(`this selector has no strategy "${policy}"`);
    const options = { ...OPTION_DEFAULTS, ...told, ...maps, limit };
    for (const fact of readsOf(strategy, options)) vary.add(fact);
    return { strategy, options };
  };
  const byRole = (
    policy: string,
    told: SteeringOptions | undefined,
    { canary, shadow }: Pick<Balancer | Pool, 'canary' | 'shadow'>,
    limit: number,
  ): ByRole<PolicyInstance> => {
    if (canary?.sticky) vary.add('client_address');
    return {
      live: instance(policy, told, limit),
      canary: canary && { ...canary, ...instance(canary.policy, canary.options ?? told, limit) },
      // A selector that does not have the shadow's strategy serves without it.
      shadow:
        shadow && Object.hasOwn(strategies, shadow.policy)
          ? instance(shadow.policy, shadow.options ?? told, limit)
          : undefined,
    };
  };

  const { steering_policy, steering_options, canary, shadow } = balancer;
  const policies = [steering_policy, canary?.policy ?? [], shadow?.policy ?? []].flat();
  const steered = new Set(policies.flatMap((policy) => steeredPools(balancer, strategies[policy])));
  const shedding = sheddingOf(
    balancer.session !== undefined,
    [...steered].flatMap((id) => config.pools[id] ?? []),
  );
  if (shedding?.by_client) vary.add('client_address');
  // Any of the pools may shed a request, which then goes to the next pool.
  const limit = shedding !== undefined ? steered.size : failover_across_pools ? retry.attempts : 1;
  const among = byRole(steering_policy, steering_options, balancer, limit);
  const stages = new Map<string, Stage>();
  let fallback: Stage | undefined;
  let changes_at = Number.POSITIVE_INFINITY;
  for (const id of new Set([...steered, balancer.fallback_pool])) {
    const pool = config.pools[id];
    if (pool === undefined) continue;
    changes_at = Math.min(changes_at, changesAt(pool, health));
    const policies = byRole(pool.origin_policy, pool.origin_options, pool, retry.attempts);
    if (among.shadow !== undefined) policies.shadow ??= policies.live;
    const stage = (tiers: Tiers | undefined): Stage | undefined =>
      tiers && { pool: id, tiers, weights: changedWeights(pool, tiers), ...policies };
    if (id === balancer.fallback_pool) fallback = stage(lastResortTiers(pool, health));
    const candidate = steered.has(id) ? stage(candidateTiers(pool, health)) : undefined;
    if (candidate !== undefined) stages.set(id, candidate);
  }

  const withPools = <P extends PolicyInstance>(policy: P): P & PoolPolicy => ({
    ...policy,
    pools: steeredPools(balancer, policy.strategy).flatMap((id) => {
      const pool = stages.has(id) ? config.pools[id] : undefined;
      return (pool && poolTarget(balancer, pool, policy.strategy.weighted, health)) ?? [];
    }),
  });
  return {
    name,
    balancer,
    live: withPools(among.live),
    canary: among.canary && withPools(among.canary),
    shadow: among.shadow && withPools(among.shadow),
    shedding,
    stages,
    fallback,
    reasons: reasonsOf(steered, stages, config, health),
    vary: [...vary],
    made_at: health.now,
    changes_at,
  };
}

/** The weights of the first tier that slow start or a degraded state has changed. */
function changedWeights({ origins }: Pool, [first = []]: Tiers): Record<OriginId, number> | undefined {
  const changed = first.filter(({ shard = -1, weight }) => origins[shard]?.weight !== weight);
  return changed.length === 0 ? undefined : Object.fromEntries(changed.map(({ id, weight }) => [id, weight]));
}

/** Ids of the pools that a strategy chooses among. */
function steeredPools(balancer: Balancer, strategy: Strategy | undefined): string[] {
  const { default_pools, pop_pools, country_pools, region_pools } = balancer;
  const maps = strategy?.needs?.includes('pool_maps') ? [pop_pools, country_pools, region_pools] : [];
  return [...new Set([...default_pools, ...maps.flatMap((map) => Object.values(map).flat())])];
}
