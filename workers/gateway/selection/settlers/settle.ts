import type { Ranking } from '../../../../shared/contracts/selection.ts';
import type { Origin } from '../../../../shared/model/config.ts';
import type { Loads } from '../../state/load/loads.ts';
import { settlerOf } from './settlers.ts';

/** The part of a ranking or of a shadow that settling reads. */
type Unsettled = Pick<Ranking, 'finalists' | 'by' | 'settle' | 'weights'>;

/**
 * Puts one of the finalists first, by the current load, which only the gateway knows (`Ranking.by`). Each isolate knows only its
 * own load.
 *
 * @param origins the ranking's origins, resolved in the gateway's own configuration
 */
export function settle(ranking: Unsettled, origins: readonly Origin[], loads: Loads): readonly Origin[] {
  const count = Math.min(ranking.finalists, origins.length);
  // A selector of another version may omit the number. `count` is then NaN, and some settlers would never return.
  if (!(count >= 2)) return origins;
  const finalists = count === origins.length ? origins : origins.slice(0, count);
  const chosen = settlerOf(ranking).choose(weighed(finalists, ranking), ranking.settle ?? {}, loads);
  const first = origins[chosen];
  if (chosen === 0 || first === undefined) return origins;
  return [first, ...origins.toSpliced(chosen, 1)];
}

/** The origins with the weights that the selector gives them for now. */
function weighed(origins: readonly Origin[], { weights }: Unsettled): readonly Origin[] {
  if (weights === undefined) return origins;
  return origins.map((origin) => ({ ...origin, weight: weights[origin.id] ?? origin.weight }));
}
