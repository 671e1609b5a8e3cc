import type { Policy } from './policy.ts';
import { weightedOrder } from './weighted_order.ts';

/** Two choices: a third gains little over the second (Mitzenmacher, 'The Power of Two Choices', 2001). */
const CHOICES = 2;

/**
 * Power of two choices: two distinct targets are drawn by weight, and the gateway takes the one with fewer of its
 * requests in flight. Its counts are one isolate's, never the origin's whole load. Among pools there is nothing for a
 * gateway to count, so at that level the drawn order stands.
 */
export const least_outstanding_requests: Policy<never> = {
  name: 'least_outstanding_requests',
  about: 'Two drawn by weight; of these the one with fewer requests in flight over weight.',
  levels: ['pools', 'origins'],
  reads: [],
  use: 'once',
  weighted: true,
  settled_by: 'inflight',
  rank(targets, _facts, draw, { limit }) {
    const order = weightedOrder(targets, draw, Math.max(limit, CHOICES));
    return { order, finalists: Math.min(CHOICES, order.length), by: 'inflight' };
  },
};
