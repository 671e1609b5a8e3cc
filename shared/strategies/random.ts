import { policy } from './policy.ts';
import { weightedOrder } from './weighted_order.ts';

/**
 * Weighted random: a target comes first with probability weight / sum of weights, and the next ones are drawn from those left.
 * First choices are spread evenly over the requests of one isolate. Isolates know nothing of each other, so any number of them
 * together keeps the shares.
 */
export const random = policy({
  name: 'random',
  about: 'Weighted random.',
  levels: ['pools', 'origins'],
  use: 'once',
  weighted: true,
  rank: (targets, _facts, draw, { limit }) => ({ order: weightedOrder(targets, draw, limit) }),
});
