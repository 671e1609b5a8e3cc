import { policy } from './policy.ts';
import { weightedOrder } from './weighted_order.ts';

/** Weighted random by `capacity`: each pool takes its part of what all can carry. A pool without one counts as 1. */
export const capacity = policy({
  name: 'capacity',
  about: 'Weighted random by the `capacity` of pools.',
  levels: ['pools'],
  use: 'once',
  weighted: false,
  rank(targets, _facts, draw, { limit }) {
    const weighed = targets.map((target) => ({ ...target, weight: target.capacity ?? 1 }));
    return { order: weightedOrder(weighed, draw, limit) };
  },
});
