/** Weights in the configuration are hundredths, so that a multiple up to this makes all of them whole. */
const STEPS = 100;

/**
 * The least whole numbers in the ratio of `weights`: 0.5, 0.1, 0.1 -> 5, 1, 1. Where there are none up to a sum of
 * `max_sum`, the nearest that fit, at least 1 each.
 */
export function wholeWeights(weights: readonly number[], max_sum: number): number[] {
  const least = weights.reduce((low, weight) => Math.min(low, weight), Number.POSITIVE_INFINITY);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  for (let step = 1; step <= STEPS && (total / least) * step <= max_sum; step++) {
    const scaled = weights.map((weight) => (weight / least) * step);
    if (scaled.every((weight) => Math.abs(weight - Math.round(weight)) < 1e-6)) return scaled.map(Math.round);
  }
  const largest = weights.reduce((high, weight) => Math.max(high, weight), 0);
  const scale = Math.min(STEPS / largest, max_sum / total);
  return weights.map((weight) => Math.max(1, Math.round(weight * scale)));
}
