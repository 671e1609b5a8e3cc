import { policy } from './policy.ts';
import { weightedOrder } from './weighted_order.ts';

/** Two choices: a third gains little over the second (Mitzenmacher, 'The Power of Two Choices', 2001). */
const CHOICES = 2;

/**
 * Power of two choices: two distinct targets are drawn by weight, and the gateway takes the one with fewer of its requests in
 * flight over weight. Each isolate counts only its own requests. Pools are not counted, so they keep the drawn order.
 */
export const least_outstanding_requests = policy({
  name: 'least_outstanding_requests',
  about: 'Of two drawn by weight, the one with fewer requests in flight over weight.',
  levels: ['pools', 'origins'],
  settled_by: 'inflight',
  use: 'once',
  weighted: true,
  rank(targets, _facts, draw, { limit }) {
    const order = weightedOrder(targets, draw, Math.max(limit, CHOICES));
    return { order, finalists: Math.min(CHOICES, order.length), by: 'inflight' };
  },
});
