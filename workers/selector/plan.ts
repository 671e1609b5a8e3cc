import type { FactName } from '../../shared/contracts/facts.ts';
import type { HealthDocument } from '../../shared/contracts/health.ts';
import type { Question } from '../../shared/contracts/selection.ts';
import type { Balancer, Canary, Config, ConfigDocument, Pool } from '../../shared/model/config.ts';
import { effectiveBalancer } from '../../shared/model/effective.ts';
import type { OriginId } from '../../shared/model/ids.ts';
import type { SteeringOptions } from '../../shared/model/strategy_options.ts';
import { OPTION_DEFAULTS } from '../../shared/strategies/strategies.ts';
import {
  readsOf,
  type Strategy,
  type StrategyOptions,
  type Target,
} from '../../shared/strategies/strategy.ts';
import {
  candidateTiers,
  changesAt,
  type HealthNow,
  lastResortTiers,
  poolTarget,
  type Tiers,
} from './candidates.ts';
import { type Shedding, sheddingOf } from './shedding.ts';

/** Strategies by their name in the configuration. */
export type Strategies = Readonly<Record<string, Strategy>>;

/** A strategy and what it is told. */
export interface Rule {
  strategy: Strategy;
  options: StrategyOptions;
}

/** The rule at one place where something is chosen, and those that are on trial there (trials.ts). */
export interface Rules<R extends Rule> {
  live: R;
  canary: (R & Pick<Canary, 'percent' | 'sticky'>) | undefined;
  /** What would rank here if every shadow of the configuration were live. */
  shadow: R | undefined;
}

export const ROLES = ['live', 'canary', 'shadow'] as const;
export type Role = (typeof ROLES)[number];

/** The rule of a role that is filled. */
export function ruleOf<R extends Rule>(rules: Rules<R>, role: Role): R {
  return rules[role] ?? rules.live;
}

/** How pools are ranked, and the candidates in the order listed. Which pools are candidates depends on the policy. */
export interface PoolRule extends Rule {
  pools: readonly Target[];
}

/** Everything about a balancer that no question changes. */
export interface Plan extends Rules<PoolRule> {
  /** What its sequences begin with: the balancer's id, and the rules that changed it. */
  name: string;
  balancer: Balancer;
  /** Pools that keep some requests away; undefined: none does. */
  shedding: Shedding | undefined;
  /** The candidates' insides, by pool id. */
  stages: ReadonlyMap<string, Stage>;
  /** The last resort, whatever its health; undefined: it is disabled. */
  fallback: Stage | undefined;
  /** What every answer about this balancer varies on: it does not change with the question, nor with health. */
  vary: FactName[];
  /** Milliseconds since the epoch; the clock may have been set back since. */
  made_at: number;
  /** When it has to be made anew though no document has changed, milliseconds since the epoch. */
  changes_at: number;
}

/** One pool in a plan. */
export interface Stage extends Rules<Rule> {
  pool: string;
  tiers: Tiers;
  /** Weights of the first tier that are not the configuration's, which the gateway has to be told; undefined: none. */
  weights: Record<OriginId, number> | undefined;
}

/**
 * The name of the sequence of a list of targets, unique in a plan. A pool that serves as last resort has other origins, so
 * another name. A rule on trial has a sequence of its own, because it would otherwise take turns of the live one.
 * @param stage absent: the pools
 */
export function sequenceOf(plan: Plan, role: Role, stage?: Stage, tier = 0): string {
  const trial = role === 'live' ? '' : ` ${role}`;
  if (stage === undefined) return `${plan.name}${trial}`;
  return `${plan.name} ${stage.pool} ${tier}${stage === plan.fallback ? ' last' : ''}${trial}`;
}

/** `pool policy/origin policy` */
export function labelOf(among_pools: Rule, among_origins: Rule): string {
  return `${among_pools.strategy.name}/${among_origins.strategy.name}`;
}

interface Shelf {
  health: HealthDocument | undefined;
  strategies: Strategies;
  plans: Map<string, Plan>;
}

/** Clients choose which rules match, so the plans made for combinations of them must have an end. */
const MAX_PLANS = 1_024;

/** The plans made for a configuration and the health that went with it last. Documents are never changed in place. */
const shelves = new WeakMap<ConfigDocument, Shelf>();

/**
 * The plan for one balancer as its rules leave it, made once for a configuration and a health document.
 * @throws Error when the configuration has no such balancer, or names a strategy that this selector does not have
 */
export function planFor(
  config: ConfigDocument,
  health: HealthDocument | undefined,
  { balancer, rules = [] }: Pick<Question, 'balancer' | 'rules'>,
  now: number,
  strategies: Strategies,
): Plan {
  let shelf = shelves.get(config);
  if (shelf === undefined || shelf.health !== health || shelf.strategies !== strategies) {
    shelf = { health, strategies, plans: new Map() };
    shelves.set(config, shelf);
  }
  const name = [balancer, ...rules].join('\n');
  let plan = shelf.plans.get(name);
  if (plan === undefined || now >= plan.changes_at || now < plan.made_at) {
    const own = effectiveBalancer(balancerIn(config, balancer), rules);
    plan = makePlan(config.config, own, name, { document: health, now }, strategies);
    if (shelf.plans.size >= MAX_PLANS) shelf.plans.clear();
    shelf.plans.set(name, plan);
  }
  return plan;
}

function balancerIn({ config, version }: ConfigDocument, id: string): Balancer {
  const balancer = config.balancers.find((one) => one.id === id);
  if (balancer === undefined) throw new Error(`no load balancer "${id}" in configuration version ${version}`);
  return balancer;
}

function makePlan(
  config: Config,
  balancer: Balancer,
  name: string,
  health: HealthNow,
  strategies: Strategies,
): Plan {
  const { retry, failover_across_pools, default_pools, region_pools, country_pools, pop_pools } = balancer;
  const maps = { default_pools, region_pools, country_pools, pop_pools };
  const vary = new Set<FactName>();
  const rule = (policy: string, told: SteeringOptions | undefined, limit: number): Rule => {
    const strategy = strategyOf(strategies, policy);
    const options = { ...OPTION_DEFAULTS, ...told, ...maps, limit };
    for (const fact of readsOf(strategy, options)) vary.add(fact);
    return { strategy, options };
  };
  const rulesOf = (
    policy: string,
    told: SteeringOptions | undefined,
    { canary, shadow }: Pick<Balancer | Pool, 'canary' | 'shadow'>,
    limit: number,
  ): Rules<Rule> => {
    if (canary?.sticky) vary.add('client_address');
    return {
      live: rule(policy, told, limit),
      canary: canary && { ...canary, ...rule(canary.policy, canary.options ?? told, limit) },
      // A selector that does not have it serves without.
      shadow:
        shadow && Object.hasOwn(strategies, shadow.policy)
          ? rule(shadow.policy, shadow.options ?? told, limit)
          : undefined,
    };
  };

  const { steering_policy, steering_options } = balancer;
  const policies = [steering_policy, balancer.canary?.policy ?? [], balancer.shadow?.policy ?? []].flat();
  const steered = new Set(policies.flatMap((policy) => steeredPools(balancer, strategies[policy])));
  const shedding = sheddingOf(
    balancer.session !== undefined,
    [...steered].flatMap((id) => config.pools[id] ?? []),
  );
  if (shedding?.by_client) vary.add('client_address');
  // Any of them may shed a request: then the next is wanted.
  const limit = shedding !== undefined ? steered.size : failover_across_pools ? retry.attempts : 1;
  const among = rulesOf(steering_policy, steering_options, balancer, limit);
  const stages = new Map<string, Stage>();
  let fallback: Stage | undefined;
  let changes_at = Number.POSITIVE_INFINITY;
  for (const id of new Set([...steered, balancer.fallback_pool])) {
    const pool = config.pools[id];
    if (pool === undefined) continue;
    changes_at = Math.min(changes_at, changesAt(pool, health));
    const rules = rulesOf(pool.origin_policy, pool.origin_options, pool, retry.attempts);
    if (among.shadow !== undefined) rules.shadow ??= rules.live;
    const stage = (tiers: Tiers): Stage => ({
      pool: id,
      tiers,
      weights: changedWeights(pool, tiers),
      ...rules,
    });
    if (id === balancer.fallback_pool) {
      const tiers = lastResortTiers(pool, health);
      fallback = tiers && stage(tiers);
    }
    const tiers = steered.has(id) ? candidateTiers(pool, health) : undefined;
    if (tiers !== undefined) stages.set(id, stage(tiers));
  }

  const poolRule = <R extends Rule>(rule: R): R & PoolRule => ({
    ...rule,
    pools: steeredPools(balancer, rule.strategy).flatMap((id) => {
      const pool = stages.has(id) ? config.pools[id] : undefined;
      return (pool && poolTarget(balancer, pool, rule.strategy.weighted, health)) ?? [];
    }),
  });
  return {
    name,
    balancer,
    live: poolRule(among.live),
    canary: among.canary && poolRule(among.canary),
    shadow: among.shadow && poolRule(among.shadow),
    shedding,
    stages,
    fallback,
    vary: [...vary],
    made_at: health.now,
    changes_at,
  };
}

/** What slow start or a degraded state made of the first tier's weights. */
function changedWeights(pool: Pool, [first = []]: Tiers): Record<OriginId, number> | undefined {
  const configured = new Map<string, number>(pool.origins.map(({ id, weight }) => [id, weight]));
  const changed = first.filter(({ id, weight }) => configured.get(id) !== weight);
  return changed.length === 0 ? undefined : Object.fromEntries(changed.map(({ id, weight }) => [id, weight]));
}

/** Ids of the pools that a strategy chooses among. */
function steeredPools(balancer: Balancer, strategy: Strategy | undefined): string[] {
  const { default_pools, pop_pools, country_pools, region_pools } = balancer;
  const maps = strategy?.needs?.includes('pool_maps') ? [pop_pools, country_pools, region_pools] : [];
  return [...new Set([...default_pools, ...maps.flatMap((map) => Object.values(map).flat())])];
}

function strategyOf(strategies: Strategies, name: string): Strategy {
  const strategy = Object.hasOwn(strategies, name) ? strategies[name] : undefined;
  if (strategy === undefined) throw new Error(`this selector has no strategy "${name}"`);
  return strategy;
}
