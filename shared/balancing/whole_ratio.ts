import { sumOf } from './share_at.ts';

/** Weights in the configuration are hundredths, so a multiple up to this makes all of them whole. */
const STEPS = 100;

/**
 * The smallest whole numbers in the ratio of `weights`: 0.5, 0.1, 0.1 -> 5, 1, 1.
 * @param weights above 0
 * @param max_sum of the result
 * @returns undefined: the least would have to be above 100, or the sum above `max_sum`
 */
export function wholeRatio(weights: readonly number[], max_sum: number): number[] | undefined {
  const least = weights.reduce((low, weight) => Math.min(low, weight), Infinity);
  const total = sumOf(weights);
  for (let step = 1; step <= STEPS && (total / least) * step <= max_sum; step++) {
    const scaled = weights.map((weight) => (weight / least) * step);
    if (scaled.every((weight) => Math.abs(weight - Math.round(weight)) < 1e-6)) return scaled.map(Math.round);
  }
  return undefined;
}
