import { STRATEGY_DEFAULTS } from '../model/strategy_defaults.ts';
import type { Options } from './option.ts';
import type { Policy } from './policy.ts';
import { choices } from './shared_options.ts';

const options = {
  choices,
  bias: {
    about: 'weight / (requests in flight + 1) ^ bias. 0: weights alone.',
    default: STRATEGY_DEFAULTS.bias,
    min: 0,
    max: 10,
  },
} satisfies Options;

/**
 * Envoy's weighted least request: with equal weights the least busy of `choices`, else drawn by
 * weight / (requests in flight + 1) ^ `bias`. All of it is the gateway's, which alone knows what is in flight; the
 * order that is handed to it says who takes part.
 */
export const weighted_least_request: Policy<never, typeof options> = {
  name: 'weighted_least_request',
  about: "Envoy's weighted least request: drawn by weight over a power of requests in flight.",
  levels: ['origins'],
  options,
  reads: [],
  use: 'repeat',
  weighted: true,
  settled_by: 'weighted_inflight',
  rank(targets, _facts, _draw, { bias, choices }) {
    const order = targets.map(({ id }) => id);
    return { order, finalists: order.length, by: 'weighted_inflight', settle: { bias, choices } };
  },
};
