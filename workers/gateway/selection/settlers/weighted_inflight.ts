import { drawByWeight } from '../../../../shared/balancing/share_at.ts';
import { STRATEGY_DEFAULTS as DEFAULT } from '../../../../shared/model/strategy_defaults.ts';
import { least, type Settler } from './settler.ts';

/**
 * Envoy's least request. If all weights are equal, it draws `choices` finalists and takes the least busy. Otherwise it draws one by
 * weight / (requests in flight + 1) ^ bias.
 */
export const weighted_inflight: Settler = {
  choose(finalists, options, { inflight, random }) {
    const { bias = DEFAULT.bias, choices = DEFAULT.choices } = options;
    const weight = finalists[0]?.weight;
    if (finalists.every((origin) => origin.weight === weight)) {
      const drawn = sample(finalists.length, choices, random);
      const at = least(
        drawn.flatMap((index) => finalists[index] ?? []),
        ({ id }) => inflight.of(id),
      );
      return drawn[at] ?? 0;
    }
    const weights = finalists.map(({ id, weight }) => weight / (inflight.of(id) + 1) ** bias);
    return drawByWeight(weights, random());
  },
};

/** Draws `wanted` distinct indices below `count`. */
function sample(count: number, wanted: number, random: () => number): number[] {
  const drawn: number[] = [];
  while (drawn.length < Math.min(wanted, count)) {
    let index = Math.floor(random() * (count - drawn.length));
    // Skip the indices drawn before, in ascending order.
    for (const taken of [...drawn].sort((a, b) => a - b)) if (index >= taken) index++;
    drawn.push(index);
  }
  return drawn;
}
