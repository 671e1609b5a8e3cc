import type { Strategy } from '../strategy.ts';
import { weightedOrder } from '../weighted_order.ts';

/**
 * Weighted random: the first choice is a target's with probability weight / sum of weights, and the next ones are
 * drawn from those left. Independent draws, so any number of isolates together keep the shares.
 */
export const random: Strategy<never> = {
  name: 'random',
  reads: [],
  use: 'once',
  weighted: true,
  rank: (targets, _facts, draw, { limit }) => ({ order: weightedOrder(targets, draw, limit) }),
};
