import type { Strategy } from './strategy.ts';

/**
 * Envoy's weighted least request: with equal weights the least busy of `choices`, else drawn by
 * weight / (requests in flight + 1) ^ `bias`. All of it is the gateway's, which alone knows what is in flight; the
 * order that is handed to it says who takes part.
 */
export const weighted_least_request: Strategy<never> = {
  name: 'weighted_least_request',
  reads: [],
  use: 'repeat',
  weighted: true,
  rank(targets, _facts, _draw, { bias, choices }) {
    const order = targets.map(({ id }) => id);
    return { order, finalists: order.length, by: 'weighted_inflight', settle: { bias, choices } };
  },
};
