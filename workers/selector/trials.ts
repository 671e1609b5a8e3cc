import type { Facts } from '../../shared/contracts/facts.ts';
import { placeOf } from '../../shared/hashing/place.ts';
import { type Plan, type Role, type Stage, sequenceOf } from './plan.ts';
import type { Sequences } from './select.ts';

/**
 * Whose turn it is to choose among pools, or among the origins of one: the live rule's, or that of the canary there.
 * @param stage absent: the pools
 * @returns with it, whether this was drawn, so that it holds for one request
 */
export function roleFor(
  plan: Plan,
  stage: Stage | undefined,
  facts: Facts,
  draws: Sequences,
): { role: Exclude<Role, 'shadow'>; drawn: boolean } {
  const { canary } = stage ?? plan;
  if (canary === undefined || canary.percent === 0) return { role: 'live', drawn: false };
  if (canary.percent === 100) return { role: 'canary', drawn: false };
  const at = canary.sticky
    ? placeOf(`canary\n${stage?.pool ?? `balancer\n${plan.balancer.id}`}`, facts.client_address ?? '')
    : draws.of(sequenceOf(plan, 'canary', stage)).random();
  return { role: at * 100 < canary.percent ? 'canary' : 'live', drawn: !canary.sticky };
}
