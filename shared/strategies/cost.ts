import { shareAt } from '../balancing/share_at.ts';
import type { Options } from './option.ts';
import type { Policy } from './policy.ts';
import type { Target } from './strategy.ts';

const options = {
  isolates: {
    about:
      'selector isolates that traffic is spread over. Each sees its own requests and multiplies them by this number.',
    default: 1,
    min: 1,
    max: 1_000_000,
  },
} satisfies Options;

/**
 * Cheapest first, up to its `capacity`, then the next: less traffic to regions that cost more.
 *
 * No isolate sees all traffic. Each measures the rankings that it makes for its gateway, about one a request, takes
 * all traffic to be `isolates` times that, and draws a pool by the shares that this demand fills the pools to. Where
 * traffic is spread unevenly or `isolates` is wrong, so is the point from which the next pool helps. What is
 * beyond all capacities goes to all pools by capacity; a pool without `capacity` takes all that reaches it.
 */
export const cost: Policy<never, typeof options> = {
  name: 'cost',
  about: 'Cheapest first, up to its `capacity`, then the next.',
  levels: ['pools'],
  options,
  reads: [],
  use: 'once',
  weighted: false,
  rank(targets, _facts, draw, { isolates }) {
    const sorted = [...targets].sort((a, b) => (a.cost ?? 0) - (b.cost ?? 0));
    const shares = costShares(sorted, (draw.rate?.() ?? 0) * isolates);
    const first = sorted[shareAt(shares, draw.even?.() ?? draw.random())] ?? sorted[0];
    const rest = sorted.filter((target) => target !== first);
    return { order: [first, ...rest].flatMap((target) => target?.id ?? []) };
  },
};

/**
 * The share of each pool when they are filled one after the other.
 * @param sorted cheapest first
 * @param demand requests a second, of all isolates
 */
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
