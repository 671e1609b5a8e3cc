import { policy } from './policy.ts';
import { weightedOrder } from './weighted_order.ts';

/** The most targets that are compared, because a ranking costs as much as it is long. Of more targets, this many are drawn. */
const COMPARED = 32;

/**
 * The least loaded of all, as nginx's `least_conn`. The gateway compares its requests in flight over weight, because a Worker
 * sees no connections. Each isolate counts only its own requests. Pools are not counted, so they keep the drawn order.
 */
export const least_connections = policy({
  name: 'least_connections',
  about: 'The fewest requests in flight over weight, of all origins.',
  levels: ['pools', 'origins'],
  settled_by: 'inflight',
  use: 'once',
  weighted: true,
  rank(targets, _facts, draw, { limit }) {
    const order = weightedOrder(targets, draw, Math.max(limit, COMPARED));
    return { order, finalists: Math.min(COMPARED, order.length), by: 'inflight' };
  },
});
