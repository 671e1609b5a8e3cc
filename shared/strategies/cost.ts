import { policy } from './policy.ts';
import type { Target } from './strategy.ts';
import { firstByShare } from './weighted_order.ts';

/**
 * Cheapest first, up to its `capacity`, then the next: less traffic to regions that cost more.
 *
 * No isolate sees all traffic. Each counts the rankings that it makes, about one a request, and takes all traffic to be
 * `isolates` times that. It fills the pools with this demand and draws one by the resulting shares. If traffic is spread
 * unevenly or `isolates` is wrong, the next pool helps too early or too late. Demand beyond all capacities is shared out by
 * capacity. A pool without `capacity` takes everything that reaches it.
 */
export const cost = policy({
  name: 'cost',
  about: 'Cheapest first, up to its `capacity`, then the next.',
  levels: ['pools'],
  options: {
    isolates: {
      about: 'selector isolates that share the traffic. Each multiplies the requests it sees by this number.',
      default: 1,
      range: [1, 1_000_000],
    },
  },
  use: 'once',
  weighted: false,
  rank(targets, _facts, draw, { isolates }) {
    const sorted = [...targets].sort((a, b) => (a.cost ?? 0) - (b.cost ?? 0));
    const shares = costShares(sorted, (draw.rate?.() ?? 0) * isolates);
    return { order: firstByShare(sorted, shares, draw) };
  },
});

/** The shares of pools, cheapest first, that are filled one after the other. @param demand requests a second, of all isolates */
export function costShares(sorted: readonly Target[], demand: number): number[] {
  if (demand <= 0) return sorted.map((_, index) => (index === 0 ? 1 : 0));
  let left = demand;
  const loads = sorted.map(({ capacity = Number.POSITIVE_INFINITY }) => {
    const load = Math.min(left, capacity);
    left -= load;
    return load;
  });
  const carried = demand - left;
  return loads.map((load) => (carried > 0 ? load / carried : 1 / sorted.length));
}
