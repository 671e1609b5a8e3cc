import { STRATEGY_DEFAULTS } from '../model/strategy_defaults.ts';
import { policy } from './policy.ts';
import { choices } from './shared_options.ts';

/**
 * Envoy's weighted least request: with equal weights the least busy of `choices`, else drawn by
 * weight / (requests in flight + 1) ^ `bias`. The gateway does all of it, because it alone knows what is in flight. The order
 * only says which origins take part.
 */
export const weighted_least_request = policy({
  name: 'weighted_least_request',
  about: "Envoy's: drawn by weight over a power of requests in flight.",
  levels: ['origins'],
  options: {
    choices,
    bias: {
      about: 'weight / (requests in flight + 1) ^ bias. 0: weights alone.',
      default: STRATEGY_DEFAULTS.bias,
      range: [0, 10],
    },
  },
  settled_by: 'weighted_inflight',
  use: 'repeat',
  weighted: true,
  rank(targets, _facts, _draw, { bias, choices }) {
    const order = targets.map(({ id }) => id);
    return { order, finalists: order.length, by: 'weighted_inflight', settle: { bias, choices } };
  },
});
