import { sumOf, wholeRatio } from '../balancing/share_at.ts';
import { getOrMake } from '../maps.ts';
import { policy } from './policy.ts';
import type { Target } from './strategy.ts';

/** The longest sequence, and the most steps to make one. Up to 100 origins with any weights are then exact. */
const MAX_PICKS = 10_000;
const MAX_WORK = 4_000_000;

/** Sequences by list. The selector passes the same list until the configuration or health changes. */
const sequences = new WeakMap<readonly Target[], Uint32Array>();

/**
 * Smooth weighted round robin, as in nginx: each target gets turns by its weight, spread out. The length of the sequence is the sum
 * of the weights, scaled to the smallest whole numbers. It is made once, and a turn is a look-up. Each isolate takes turns of its
 * own, from a random start. The targets whose turns come next follow the first.
 */
export const smooth_weighted_round_robin = policy({
  name: 'smooth_weighted_round_robin',
  about: 'Weighted turns as in nginx, spread out as evenly as can be.',
  levels: ['origins'],
  use: 'once',
  weighted: true,
  makes_table: true,
  rank(targets, _facts, draw, { limit }) {
    const sequence = getOrMake(sequences, targets, sequenceOf);
    const turn = draw.next();
    const chosen = new Set<number>();
    const wanted = Math.min(limit, targets.length);
    for (let ahead = 0; chosen.size < wanted && ahead < sequence.length; ahead++) {
      chosen.add(sequence[(turn + ahead) % sequence.length] ?? 0);
    }
    return { order: [...chosen].flatMap((index) => targets[index]?.id ?? []) };
  },
});

function sequenceOf(targets: readonly Target[]): Uint32Array {
  const weights = targets.map(({ weight }) => weight);
  const max_sum = Math.max(targets.length, Math.min(MAX_PICKS, MAX_WORK / targets.length));
  return smoothSequence(wholeWeights(weights, max_sum));
}

/**
 * One period of nginx's smooth weighted round robin: each pick raises every `current` by its weight, takes the largest
 * (the first of several) and lowers it by the sum. https://github.com/nginx/nginx/commit/52327e06
 * @param weights whole, above 0
 * @returns indices
 */
export function smoothSequence(weights: readonly number[]): Uint32Array {
  const total = sumOf(weights);
  const current = new Float64Array(weights.length);
  const sequence = new Uint32Array(total);
  for (let pick = 0; pick < total; pick++) {
    let best = 0;
    for (const [index, weight] of weights.entries()) {
      current[index] = (current[index] ?? 0) + weight;
      if ((current[index] ?? 0) > (current[best] ?? 0)) best = index;
    }
    current[best] = (current[best] ?? 0) - total;
    sequence[pick] = best;
  }
  return sequence;
}

/** The smallest weight after rounding. It is then off by half a percent at most. */
const LEAST = 100;

/**
 * The least whole numbers in the ratio of `weights`: 0.5, 0.1, 0.1 -> 5, 1, 1. If none have a sum of up to
 * `max_sum`, they are the nearest that fit, at least 1 each.
 */
export function wholeWeights(weights: readonly number[], max_sum: number): number[] {
  const whole = wholeRatio(weights, max_sum);
  if (whole !== undefined) return whole;
  const scale = Math.min(LEAST / Math.min(...weights), max_sum / sumOf(weights));
  return weights.map((weight) => Math.max(1, Math.round(weight * scale)));
}
