import { clientKey } from '../../shared/client_key.ts';
import type { Facts } from '../../shared/contracts/facts.ts';
import { xxh64 } from '../../shared/hashing/xxh64.ts';
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
    ? placeOf(facts.client_address ?? '', stage.pool)
    : draws.of(sequenceOf(plan, stage, 0, canary)).random();
  return { rule: at * 100 < canary.percent ? canary : stage, drawn: !canary.sticky };
}

const encoder = new TextEncoder();

/**
 * Where a client stands between 0 and 1, evenly and always in the same place: who is in a canary stays in it when its
 * share grows. Pools have places of their own, or the same clients would be in every canary.
 */
function placeOf(address: string, pool: string): number {
  const hash = xxh64(encoder.encode(`canary\n${pool}\n${clientKey(address)}`), 0n);
  return Number(hash >> 11n) / 2 ** 53;
}
