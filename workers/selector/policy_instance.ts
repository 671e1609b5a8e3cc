import type { Canary } from '../../shared/model/config.ts';
import type { Strategy, StrategyOptions } from '../../shared/strategies/strategy.ts';

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
