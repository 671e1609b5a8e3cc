import { wholeRatio } from '../balancing/whole_ratio.ts';

/** What the least weight becomes where it has to be rounded: half a percent off at most. */
const LEAST = 100;

/**
 * The least whole numbers in the ratio of `weights`: 0.5, 0.1, 0.1 -> 5, 1, 1. Where there are none up to a sum of
 * `max_sum`, the nearest that fit, at least 1 each.
 */
export function wholeWeights(weights: readonly number[], max_sum: number): number[] {
  const whole = wholeRatio(weights, max_sum);
  if (whole !== undefined) return whole;
  const least = weights.reduce((low, weight) => Math.min(low, weight), Number.POSITIVE_INFINITY);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const scale = Math.min(LEAST / least, max_sum / total);
  return weights.map((weight) => Math.max(1, Math.round(weight * scale)));
}
