import type { Facts } from '../../shared/contracts/facts.ts';
import { placeOf } from '../../shared/hashing/place.ts';
import { type Plan, type Rule, type Stage, sequenceOf } from './plan.ts';
import type { Sequences } from './select.ts';

/**
 * The rule that ranks a pool's origins this time: its own, or its canary's.
 * @returns with it, whether this was drawn, so that it holds for one request
 */
export function ruleFor(
  plan: Plan,
  stage: Stage,
  facts: Facts,
  draws: Sequences,
): { rule: Rule; drawn: boolean } {
  const { canary } = stage;
  if (canary === undefined || canary.percent === 0) return { rule: stage, drawn: false };
  if (canary.percent === 100) return { rule: canary, drawn: false };
  const at = canary.sticky
    ? placeOf(`canary\n${stage.pool}`, facts.client_address ?? '')
    : draws.of(sequenceOf(plan, stage, 0, canary)).random();
  return { rule: at * 100 < canary.percent ? canary : stage, drawn: !canary.sticky };
}
