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
