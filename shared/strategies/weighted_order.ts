import { shareAt, sumOf } from '../balancing/share_at.ts';
import type { Draw, Target } from './strategy.ts';

/**
 * Draws targets one after the other without replacement, each with probability weight / weight of those left. The first
 * ones of many such orders are spread evenly.
 * @param count how many are wanted; fewer if there are fewer targets
 * @returns ids in the order drawn
 */
export function weightedOrder(targets: readonly Target[], draw: Draw, count: number): string[] {
  const left = [...targets];
  let total = left.reduce((sum, { weight }) => sum + weight, 0);
  const order: string[] = [];
  while (order.length < count && left.length > 0) {
    const at = (order.length === 0 ? first(draw) : draw.random()) * total;
    let end = 0;
    const index = left.findIndex(({ weight }) => {
      end += weight;
      return at < end;
    });
    // Rounding may put `at` beyond the end. Index -1 is then the last target.
    const drawn = left.splice(index, 1)[0];
    if (drawn === undefined) break;
    order.push(drawn.id);
    total -= drawn.weight;
  }
  return order;
}

/** Draws the first target by shares of 0 or more. The others follow in their order. @returns ids */
export function firstByShare(targets: readonly Target[], shares: readonly number[], draw: Draw): string[] {
  const ids = targets.map(({ id }) => id);
  const at = Math.max(0, shareAt(shares, first(draw) * sumOf(shares)));
  return [...ids.splice(at, 1), ...ids];
}

/** Uniform in [0, 1), spread evenly over the rankings of these targets if the draw can do so. */
function first(draw: Draw): number {
  return draw.even?.() ?? draw.random();
}

/** Draws targets one after the other without replacement. All that are left have the same chance. */
export function evenOrder(targets: readonly Target[], draw: Draw, count: number): string[] {
  const left = targets.map(({ id }) => id);
  const wanted = Math.min(count, left.length);
  for (let at = 0; at < wanted; at++) {
    const from = at + Math.floor(draw.random() * (left.length - at));
    const [here = '', there = ''] = [left[at], left[from]];
    left[at] = there;
    left[from] = here;
  }
  return left.slice(0, wanted);
}
