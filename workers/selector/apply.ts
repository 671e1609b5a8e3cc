import type { Facts } from '../../shared/contracts/facts.ts';
import type { Ranking, Shadow } from '../../shared/contracts/selection.ts';
import type { Draw, Ranked, Target } from '../../shared/strategies/strategy.ts';
import type { PolicyInstance, Stage } from './plan.ts';

/** Ranks targets, and says in `use` whether the order was drawn. A strategy without a choice to make draws nothing. */
export function apply(
  { strategy, options }: PolicyInstance,
  targets: readonly Target[],
  facts: Facts,
  draw: Draw,
): Ranked {
  if (strategy.use === 'repeat') return strategy.rank(targets, facts, draw, options);
  const [only] = targets;
  if (targets.length === 1 && only !== undefined) return { order: [only.id] };
  return { ...strategy.rank(targets, facts, draw, options), use: 'once' };
}

/** Writes into a ranking how the gateway settles its finalists. */
export function settleAs(ranking: Ranking | Shadow, ranked: Ranked, { weights }: Stage): void {
  const { finalists = 0, by, settle, order } = ranked;
  ranking.finalists = Math.min(finalists, order.length);
  if (ranking.finalists > 1 && weights !== undefined) ranking.weights = weights;
  if (by !== undefined) ranking.by = by;
  if (settle !== undefined) ranking.settle = settle;
}
