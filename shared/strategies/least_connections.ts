import type { Policy } from './policy.ts';
import { weightedOrder } from './weighted_order.ts';

/** Targets that are compared, drawn by weight where there are more: a ranking's size is what it costs to send it. */
const COMPARED = 32;

/**
 * The least loaded of all, as nginx's `least_conn`: the gateway compares requests in flight over weight, a WebSocket
 * being one for as long as it is open. The platform shows a Worker no connections; an HTTP/1 connection is in use for
 * just as long. Counts are one isolate's; among pools there is nothing to count, so the drawn order stands.
 */
export const least_connections: Policy<never> = {
  name: 'least_connections',
  about: 'The fewest requests in flight over weight, of all origins.',
  levels: ['pools', 'origins'],
  reads: [],
  use: 'once',
  weighted: true,
  settled_by: 'inflight',
  rank(targets, _facts, draw, { limit }) {
    const order = weightedOrder(targets, draw, Math.max(limit, COMPARED));
    return { order, finalists: Math.min(COMPARED, order.length), by: 'inflight' };
  },
};
