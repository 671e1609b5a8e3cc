import type { FactName } from '../../shared/contracts/facts.ts';
import type { Balancer, Canary } from '../../shared/model/config.ts';
import type { OriginId } from '../../shared/model/ids.ts';
import type { Strategy, StrategyOptions, Target } from '../../shared/strategies/strategy.ts';
import type { Tiers } from './candidates.ts';
import type { Shedding } from './shedding.ts';

/** Strategies by their name in the configuration. */
export type Strategies = Readonly<Record<string, Strategy>>;

/** A policy with its options. */
export interface PolicyInstance {
  strategy: Strategy;
  options: StrategyOptions;
}

/** The policies at one place where something is chosen: the live one and those on trial (trials.ts). */
export interface ByRole<P extends PolicyInstance> {
  live: P;
  canary: (P & Pick<Canary, 'percent' | 'sticky'>) | undefined;
  /** The policy that would rank here if every shadow of the configuration were live. */
  shadow: P | undefined;
}

/** A policy among pools, and its candidates in the order listed. Which pools are candidates depends on the policy. */
export interface PoolPolicy extends PolicyInstance {
  pools: readonly Target[];
}

/** Everything about a balancer that no question changes. */
export interface Plan extends ByRole<PoolPolicy> {
  /** What its sequences begin with: the balancer's id, and the rules that changed it. */
  name: string;
  balancer: Balancer;
  /** Pools that shed some requests. Undefined: there are none. */
  shedding: Shedding | undefined;
  /** The candidates' insides, by pool id. */
  stages: ReadonlyMap<string, Stage>;
  /** The last resort, whatever its health. Undefined: it takes no traffic. */
  fallback: Stage | undefined;
  /** Why pools are no candidates: `eu:down,us:drain`. Empty: all are. */
  reasons: string;
  /** The facts that every answer about this balancer varies on. Neither the question nor health changes them. */
  vary: FactName[];
  /** Milliseconds since the epoch. The clock may have been set back since. */
  made_at: number;
  /** When it has to be made again even if no document has changed, milliseconds since the epoch. */
  changes_at: number;
}

/** One pool in a plan, with the policies among its origins. */
export interface Stage extends ByRole<PolicyInstance> {
  pool: string;
  tiers: Tiers;
  /** Weights of the first tier that differ from the configuration, for the gateway. Undefined: there are none. */
  weights: Record<OriginId, number> | undefined;
}

/**
 * The name of the sequence of a list of targets, unique in a plan. A pool that serves as the last resort has
 * other origins, so its sequence has another name. A policy on trial has its own, so that it takes no turns of the live policy.
 * @param stage absent: the pools
 */
export function sequenceOf(plan: Plan, role: Role, stage?: Stage, tier = 0): string {
  const trial = role === 'live' ? '' : ` ${role}`;
  if (stage === undefined) return `${plan.name}${trial}`;
  return `${plan.name} ${stage.pool} ${tier}${stage === plan.fallback ? ' last' : ''}${trial}`;
}

export const ROLES = ['live', 'canary', 'shadow'] as const;
export type Role = (typeof ROLES)[number];

/** The policy in a role. A role without one has the live policy. */
export function inRole<P extends PolicyInstance>(policies: ByRole<P>, role: Role): P {
  return policies[role] ?? policies.live;
}

/** `pool policy/origin policy` */
export function labelOf(among_pools: PolicyInstance, among_origins: PolicyInstance): string {
  return `${among_pools.strategy.name}/${among_origins.strategy.name}`;
}
