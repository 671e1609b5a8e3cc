/** The share of a weight, 0 to 1, and the weight of a share of 1. */
interface Shares {
  shares: number[];
  scale: number;
}

/**
 * Turns whole weights into shares from 0 to 1. The scale is a power of ten, so that shares stay readable: 3, 1 -> 0.3, 0.1.
 * Equal weights are 1 each.
 */
export function sharesOf(weights: readonly number[]): Shares {
  const largest = Math.max(1, ...weights);
  if (weights.every((weight) => weight === largest)) return { shares: weights.map(() => 1), scale: largest };
  const scale = 10 ** Math.ceil(Math.log10(largest) - 1e-9);
  return { shares: weights.map((weight) => Number((weight / scale).toFixed(9))), scale };
}
