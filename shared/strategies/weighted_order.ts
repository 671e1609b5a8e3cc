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
    const at = order.length === 0 ? (draw.even?.() ?? draw.random()) : draw.random();
    const drawn = left.splice(indexAt(left, at * total), 1)[0];
    if (drawn === undefined) break;
    order.push(drawn.id);
    total -= drawn.weight;
  }
  return order;
}

/** The target on which `at` falls when their weights are laid end to end; the last one guards against rounding. */
function indexAt(targets: readonly Target[], at: number): number {
  let end = 0;
  const index = targets.findIndex(({ weight }) => {
    end += weight;
    return at < end;
  });
  return index === -1 ? targets.length - 1 : index;
}

/** Draws targets one after the other without replacement, all that are left with the same chance. */
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
