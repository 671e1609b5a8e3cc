import type { Facts } from '../../shared/contracts/facts.ts';
import type { RequestClass } from '../../shared/contracts/request_class.ts';
import { hashFraction, placeOf } from '../../shared/hashing/place.ts';
import { type Plan, type Role, type Stage, sequenceOf } from './plan.ts';
import type { Sequences } from './select.ts';

/**
 * Whose turn it is to choose among pools, or among the origins of one: the live rule's, or that of the canary there.
 *
 * A canary has its share of clients if it is sticky, of keys where the live rule maps keys, else of requests: a key
 * whose requests went to both would lose its place at either.
 * @param stage absent: the pools
 * @returns with it, whether this was drawn, so that it holds for one request
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
  const key = live.strategy.keyOf?.(facts, live.options);
  const drawn = !canary.sticky && key === undefined;
  const at = drawn
    ? draws.of(sequenceOf(plan, 'canary', stage)).random()
    : canary.sticky || key === undefined
      ? placeOf(purpose, facts.client_address ?? '')
      : hashFraction(purpose, key);
  return { role: at * 100 < canary.percent ? 'canary' : 'live', drawn };
}

/**
 * The class of requests that {@link roleFor} tells apart.
 * @returns undefined: none, it is drawn or the same for all
 */
export function canaryClass(plan: Plan, stage: Stage | undefined): RequestClass | undefined {
  const { canary, live } = stage ?? plan;
  if (canary === undefined || canary.percent === 0 || canary.percent === 100) return undefined;
  const share = purposeOf(plan, stage);
  const { percent } = canary;
  if (canary.sticky) return { share, percent };
  return live.strategy.keyOf && { share, percent, key: live.options.key };
}

function purposeOf(plan: Plan, stage: Stage | undefined): string {
  return `canary\n${stage?.pool ?? `balancer\n${plan.balancer.id}`}`;
}
