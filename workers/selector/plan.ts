import type { FactName } from '../../shared/contracts/facts.ts';
import type { Balancer } from '../../shared/model/config.ts';
import type { OriginId } from '../../shared/model/ids.ts';
import type { Strategy, Target } from '../../shared/strategies/strategy.ts';
import type { Tiers } from './candidates.ts';
import type { ByRole, PolicyInstance, Role } from './policy_instance.ts';
import type { Shedding } from './shedding.ts';

/** Strategies by their name in the configuration. */
export type Strategies = Readonly<Record<string, Strategy>>;

/** A policy among pools, and its candidates in the order listed. Which pools are candidates depends on the policy. */
export interface PoolPolicy extends PolicyInstance {
  pools: readonly Target[];
}

/** Everything about a balancer that no question changes. */
export interface Plan extends ByRole<PoolPolicy> {
  /** What its sequences begin with: the balancer's id, and the rules that changed it. */
  name: string;
  balancer: Balancer;
  /** Pools that keep some requests away. Undefined: none does. */
  shedding: Shedding | undefined;
  /** The candidates' insides, by pool id. */
  stages: ReadonlyMap<string, Stage>;
  /** The last resort, whatever its health. Undefined: it takes no traffic. */
  fallback: Stage | undefined;
  /** The facts that every answer about this balancer varies on. Neither the question nor health changes them. */
  vary: FactName[];
  /** Milliseconds since the epoch. The clock may have been set back since. */
  made_at: number;
  /** When it has to be made anew even if no document has changed, milliseconds since the epoch. */
  changes_at: number;
}

/** One pool in a plan, with the policies among its origins. */
export interface Stage extends ByRole<PolicyInstance> {
  pool: string;
  tiers: Tiers;
  /** Weights of the first tier that differ from the configuration, for the gateway. Undefined: none does. */
  weights: Record<OriginId, number> | undefined;
}

/**
 * The name of the sequence of a list of targets, unique in a plan. A pool that serves as last resort has other origins, so
 * another name. A policy on trial has a sequence of its own, because it would otherwise take turns of the live one.
 * @param stage absent: the pools
 */
export function sequenceOf(plan: Plan, role: Role, stage?: Stage, tier = 0): string {
  const trial = role === 'live' ? '' : ` ${role}`;
  if (stage === undefined) return `${plan.name}${trial}`;
  return `${plan.name} ${stage.pool} ${tier}${stage === plan.fallback ? ' last' : ''}${trial}`;
}
