import { STRATEGY_DEFAULTS } from '../model/strategy_defaults.ts';
import { policy } from './policy.ts';
import { choices, failure_ms } from './shared_options.ts';
import { weightedOrder } from './weighted_order.ts';

/**
 * Choices by latency. Of `choices` targets drawn by weight, the gateway takes the one with the least first-byte time, as a
 * peak EWMA (workers/gateway/state/load/peak_ewma.ts), times requests in flight + 1. Both are one isolate's.
 */
export const peak_ewma = policy({
  name: 'peak_ewma',
  about: 'Of some drawn by weight, the least first-byte time (peak EWMA) times requests in flight.',
  levels: ['origins'],
  options: {
    choices,
    decay_s: {
      about: 'time after which a slow answer counts for 1/e of what it did.',
      unit: 'seconds',
      default: STRATEGY_DEFAULTS.decay_s,
      range: [0.1, 3_600],
    },
    default_rtt_ms: {
      about: 'first-byte time of an origin that has not answered yet.',
      unit: 'milliseconds',
      default: STRATEGY_DEFAULTS.default_rtt_ms,
      range: [0.1, 100_000],
    },
    failure_ms,
  },
  settled_by: 'peak_ewma',
  use: 'once',
  weighted: true,
  rank(targets, _facts, draw, { limit, choices, decay_s, default_rtt_ms, failure_ms }) {
    const order = weightedOrder(targets, draw, Math.max(limit, choices));
    const settle = { decay_s, default_rtt_ms, failure_ms };
    return { order, finalists: Math.min(choices, order.length), by: 'peak_ewma', settle };
  },
});
