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

/** The sum of shares. */
export function sumOf(shares: readonly number[]): number {
  return shares.reduce((sum, share) => sum + share, 0);
}
