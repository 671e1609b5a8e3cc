import type { Choice } from '../../../shared/contracts/explain.ts';
import type { Origin } from '../../../shared/model/config.ts';
import type { Decision } from '../exchange/decision.ts';
import type { Rehearsal } from './rehearse.ts';

/** How a decision became an order. @param origins in the order in which they would be tried */
export function choiceOf(
  { decision, strategy, variant, selector_version, follows, ranking }: Decision,
  origins: readonly Origin[],
  { draws, explained }: Rehearsal,
): Choice {
  return {
    ...{ decision, strategy, variant, selector_version },
    ...(follows && { follows }),
    ranking: ranking.origins,
    finalists: ranking.finalists,
    settled_by: ranking.finalists > 1 ? (ranking.by ?? 'inflight') : '',
    order: origins.map(({ id }) => id),
    draws: [...(decision === 'asked' ? (explained?.draws ?? []) : []), ...draws],
  };
}
