import type { Balancer, ConfigDocument, OriginPolicy, Pool } from '../../shared/config/config.ts';
import { STRATEGY_DEFAULTS } from '../../shared/config/strategy_defaults.ts';
import type { SteeringOptions } from '../../shared/config/strategy_options.ts';
import type { FactName } from '../../shared/contracts/facts.ts';
import { type HealthDocument, isStale } from '../../shared/contracts/health.ts';
import type { OriginId } from '../../shared/contracts/ids.ts';
import { candidateTiers, changesAt, lastResortTiers, poolTarget, type Tiers } from './candidates.ts';
import { type Shedding, sheddingOf } from './shedding.ts';
import { readsOf, type Strategy, type StrategyOptions, type Target } from './strategy.ts';

/** Strategies by their name in the configuration. */
export type Strategies = Readonly<Record<string, Strategy>>;

/** Everything about a balancer that no question changes. */
export interface Plan {
  balancer: Balancer;
  /** Among pools. */
  strategy: Strategy;
  /** Candidate pools in the order listed; may be empty. */
  pools: readonly Target[];
  options: StrategyOptions;
  /** Pools that keep some requests away; undefined: none does. */
  shedding: Shedding | undefined;
  /** The candidates' insides, by pool id. */
  stages: ReadonlyMap<string, Stage>;
  /** The last resort, whatever its health; undefined: it is disabled. */
  fallback: Stage | undefined;
  /** What every answer about this balancer varies on: it does not change with the question, nor with health. */
  vary: FactName[];
  /** When it has to be made anew though no document has changed, milliseconds since the epoch. */
  changes_at: number;
}

/** How the origins of a pool are ranked. */
export interface Rule {
  strategy: Strategy;
  options: StrategyOptions;
  /** `pool policy/origin policy`. */
  label: string;
}

/** One pool in a plan, with its own rule and those that are on trial in it (trials.ts). */
export interface Stage extends Rule {
  pool: string;
  tiers: Tiers;
  /** Weights of the first tier that are not the configuration's, which the gateway has to be told; undefined: none. */
  weights: Record<OriginId, number> | undefined;
  canary: (Rule & { percent: number; sticky: boolean }) | undefined;
  shadow: Rule | undefined;
}

/**
 * What the sequence of a list of origins is called, no two in a plan alike: as last resort a pool has other origins.
 * That of the pools has the balancer's id. A rule on trial has its own, or the turns of the other would skip.
 */
export function sequenceOf(plan: Plan, stage: Stage, tier: number, rule: Rule = stage): string {
  const trial = rule === stage.canary ? ' canary' : rule === stage.shadow ? ' shadow' : '';
  return `${plan.balancer.id} ${stage.pool} ${tier}${stage === plan.fallback ? ' last' : ''}${trial}`;
}

interface Shelf {
  health: HealthDocument | undefined;
  strategies: Strategies;
  plans: Map<string, Plan>;
}

/** The plans made for a configuration and the health that went with it last. Documents are never changed in place. */
const shelves = new WeakMap<ConfigDocument, Shelf>();

/**
 * The plan for one balancer, made once for a configuration and a health document.
 * @throws Error when the configuration has no such balancer, or names a strategy that this selector does not have
 */
export function planFor(
  config: ConfigDocument,
  health: HealthDocument | undefined,
  balancer: string,
  now: number,
  strategies: Strategies,
): Plan {
  // A stale document says nothing, so that a plan holds for as long as its documents do.
  const document = health === undefined || isStale(health, now) ? undefined : health;
  let shelf = shelves.get(config);
  if (shelf === undefined || shelf.health !== document || shelf.strategies !== strategies) {
    shelf = { health: document, strategies, plans: new Map() };
    shelves.set(config, shelf);
  }
  let plan = shelf.plans.get(balancer);
  if (plan === undefined || now >= plan.changes_at) {
    plan = makePlan(config, document, balancer, now, strategies);
    shelf.plans.set(balancer, plan);
  }
  return plan;
}

function makePlan(
  { config, version }: ConfigDocument,
  document: HealthDocument | undefined,
  id: string,
  now: number,
  strategies: Strategies,
): Plan {
  const balancer = config.balancers.find((one) => one.id === id);
  if (balancer === undefined) throw new Error(`no load balancer "${id}" in configuration version ${version}`);
  const health = { document, now };
  const strategy = strategyOf(strategies, balancer.steering_policy);
  const { retry, failover_across_pools, default_pools, region_pools, country_pools, pop_pools } = balancer;
  const maps = { default_pools, region_pools, country_pools, pop_pools };
  const steered = steeredPools(balancer);
  const shedding = sheddingOf(
    balancer.session !== undefined,
    [...steered].flatMap((pool) => config.pools[pool] ?? []),
  );
  const options: StrategyOptions = {
    ...STRATEGY_DEFAULTS,
    ...balancer.steering_options,
    ...maps,
    // Any of them may shed a request: then the next is wanted.
    limit: shedding !== undefined ? steered.size : failover_across_pools ? retry.attempts : 1,
  };

  const stages = new Map<string, Stage>();
  const pools: Target[] = [];
  const vary = new Set<FactName>(readsOf(strategy, options));
  if (shedding?.by_client) vary.add('client_address');
  let fallback: Stage | undefined;
  let changes_at = Number.POSITIVE_INFINITY;

  for (const pool_id of new Set([...steered, balancer.fallback_pool])) {
    const pool = config.pools[pool_id];
    if (pool === undefined) continue;
    changes_at = Math.min(changes_at, changesAt(pool, health));
    const ruleOf = (policy: OriginPolicy, told: SteeringOptions | undefined): Rule => {
      const inner = strategyOf(strategies, policy);
      const inner_options = { ...STRATEGY_DEFAULTS, ...told, ...maps, limit: retry.attempts };
      for (const fact of readsOf(inner, inner_options)) vary.add(fact);
      return { strategy: inner, options: inner_options, label: `${strategy.name}/${inner.name}` };
    };
    const { canary, shadow, origin_options } = pool;
    const rules = {
      ...ruleOf(pool.origin_policy, origin_options),
      canary: canary && { ...canary, ...ruleOf(canary.policy, canary.options ?? origin_options) },
      // A selector that does not have it serves without.
      shadow:
        shadow && Object.hasOwn(strategies, shadow.policy)
          ? ruleOf(shadow.policy, shadow.options ?? origin_options)
          : undefined,
    };
    if (canary?.sticky) vary.add('client_address');
    const stage = (tiers: Tiers): Stage => ({
      pool: pool.id,
      tiers,
      weights: changedWeights(pool, tiers),
      ...rules,
    });
    if (pool.id === balancer.fallback_pool) {
      const tiers = lastResortTiers(pool, health);
      fallback = tiers && stage(tiers);
    }
    const target = steered.has(pool.id) && poolTarget(balancer, pool, strategy.weighted, health);
    const tiers = target && candidateTiers(pool, health);
    if (!target || !tiers) continue;
    pools.push(target);
    stages.set(pool.id, stage(tiers));
  }
  return { balancer, strategy, pools, options, shedding, stages, fallback, vary: [...vary], changes_at };
}

/** What slow start or a degraded state made of the first tier's weights. */
function changedWeights(pool: Pool, [first = []]: Tiers): Record<OriginId, number> | undefined {
  const configured = new Map<string, number>(pool.origins.map(({ id, weight }) => [id, weight]));
  const changed = first.filter(({ id, weight }) => configured.get(id) !== weight);
  return changed.length === 0 ? undefined : Object.fromEntries(changed.map(({ id, weight }) => [id, weight]));
}

/** Ids of the pools a policy chooses among: the maps are for `geo` alone, as Cloudflare defines it. */
function steeredPools(balancer: Balancer): Set<string> {
  const { default_pools, pop_pools, country_pools, region_pools } = balancer;
  const maps = balancer.steering_policy === 'geo' ? [pop_pools, country_pools, region_pools] : [];
  return new Set([...default_pools, ...maps.flatMap((map) => Object.values(map).flat())]);
}

function strategyOf(strategies: Strategies, name: string): Strategy {
  const strategy = Object.hasOwn(strategies, name) ? strategies[name] : undefined;
  if (strategy === undefined) throw new Error(`this selector has no strategy "${name}"`);
  return strategy;
}
