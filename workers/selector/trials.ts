import type { Facts } from '../../shared/contracts/facts.ts';
import type { RequestClass } from '../../shared/contracts/key_map.ts';
import { clientFraction, hashFraction } from '../../shared/hashing/client_key.ts';
import type { Sequences } from './draws.ts';
import { type Plan, type Role, type Stage, sequenceOf } from './plan.ts';

/**
 * Decides which policy chooses among pools, or among the origins of one: the live policy or the canary.
 *
 * A sticky canary has a share of the clients. Else, where the live policy maps keys, it has a share of the keys, because a key
 * whose requests went to both would lose its place at either. Else it has a share of the requests.
 * @param stage absent: the pools
 * @returns the role, and whether it was drawn, so that it holds for one request
 */
export function roleFor(
  plan: Plan,
  stage: Stage | undefined,
  facts: Facts,
  draws: Sequences,
): { role: Exclude<Role, 'shadow'>; drawn: boolean } {
  const { canary, live } = stage ?? plan;
  if (canary === undefined || canary.percent === 0) return { role: 'live', drawn: false };
  if (canary.percent === 100) return { role: 'canary', drawn: false };
  const purpose = purposeOf(plan, stage);
  const key = live.strategy.keyed?.keyOf(facts, live.options);
  const drawn = !canary.sticky && key === undefined;
  const at = drawn
    ? draws.of(sequenceOf(plan, 'canary', stage)).random()
    : canary.sticky || key === undefined
      ? clientFraction(purpose, facts.client_address ?? '')
      : hashFraction(purpose, key);
  return { role: at * 100 < canary.percent ? 'canary' : 'live', drawn };
}

/** The class of requests that {@link roleFor} tells apart. @returns undefined: the role is drawn, or the same for all requests */
export function canaryClass(plan: Plan, stage: Stage | undefined): RequestClass | undefined {
  const { canary, live } = stage ?? plan;
  if (canary === undefined || canary.percent === 0 || canary.percent === 100) return undefined;
  const share = purposeOf(plan, stage);
  const { percent } = canary;
  if (canary.sticky) return { share, percent };
  const { keyed } = live.strategy;
  return keyed && { share, percent, key: keyed.partsOf(live.options) };
}

function purposeOf(plan: Plan, stage: Stage | undefined): string {
  return `canary\n${stage?.pool ?? `balancer\n${plan.balancer.id}`}`;
}
