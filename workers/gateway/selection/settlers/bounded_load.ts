import { sumOf } from '../../../../shared/balancing/share_at.ts';
import { STRATEGY_DEFAULTS as DEFAULT } from '../../../../shared/model/strategy_defaults.ts';
import type { Settler } from './settler.ts';

/** The first in the key's order that has a slot left (Mirrokni et al., 'Consistent Hashing with Bounded Loads'). */
export const bounded_load: Settler = {
  choose(finalists, options, { inflight }) {
    const { bounded_load = DEFAULT.bounded_load } = options;
    const served = sumOf(finalists.map(({ id }) => inflight.of(id)));
    // The slots of an origin must be the same for every key, so they are shared out in the order of ids.
    const by_id = [...finalists].sort((a, b) => (a.id < b.id ? -1 : 1));
    const weights = by_id.map(({ weight }) => weight);
    const shared = slots(weights, served, bounded_load);
    return finalists.findIndex((origin) => inflight.of(origin.id) < (shared[by_id.indexOf(origin)] ?? 1));
  },
};

/**
 * Divides slots among origins as HAProxy does. Together they have `factor` percent of the requests in flight, this one included,
 * divided by weight. Each has at least one.
 * @param served requests in flight, all origins together
 */
export function slots(weights: readonly number[], served: number, factor: number): number[] {
  const all = sumOf(weights);
  const total = Math.floor(((served + 1) * factor + 99) / 100);
  const each = Math.floor(total / all);
  const rest = total - each * all;
  let before = 0;
  return weights.map((weight) => {
    const extra = Math.floor(((before + weight) * rest) / all) - Math.floor((before * rest) / all);
    before += weight;
    return Math.max(1, Math.floor(weight * each + extra));
  });
}
