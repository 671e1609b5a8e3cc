/** Weights in the configuration are hundredths, so that a multiple up to this makes all of them whole. */
const STEPS = 100;

/**
 * The least whole numbers in the ratio of `weights`, whatever their scale: 0.5, 0.1, 0.1 -> 5, 1, 1.
 * @param weights above 0
 * @param max_sum of the result
 * @returns undefined: there are none in which the least is up to 100, or their sum is larger than `max_sum`
 */
export function wholeRatio(weights: readonly number[], max_sum: number): number[] | undefined {
  const least = weights.reduce((low, weight) => Math.min(low, weight), Number.POSITIVE_INFINITY);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  for (let step = 1; step <= STEPS && (total / least) * step <= max_sum; step++) {
    const scaled = weights.map((weight) => (weight / least) * step);
    if (scaled.every((weight) => Math.abs(weight - Math.round(weight)) < 1e-6)) return scaled.map(Math.round);
  }
  return undefined;
}
