/**
 * A weighted draw: finds the share that `at` falls into when all shares are laid end to end.
 *
 * `shareAt([5, 1, 2], 5.5)` -> 1
 * @param shares 0 or more; a share of 0 is never found
 * @param at from 0 to the sum of the shares
 * @returns an index; -1: `at` is beyond the last share, which rounding can cause
 */
export function shareAt(shares: readonly number[], at: number): number {
  let left = at;
  return shares.findIndex((share) => {
    left -= share;
    return left < 0;
  });
}

/**
 * Draws an index by weight.
 * @param weights 0 or more; one of 0 is never drawn
 * @param at uniform in [0, 1)
 * @returns an index; -1: all weights are 0, or rounding left none
 */
export function drawByWeight(weights: readonly number[], at: number): number {
  return shareAt(weights, at * sumOf(weights));
}

/** The sum of shares. */
export function sumOf(shares: readonly number[]): number {
  return shares.reduce((sum, share) => sum + share, 0);
}

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
