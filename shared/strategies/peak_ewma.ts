import { STRATEGY_DEFAULTS } from '../model/strategy_defaults.ts';
import type { Options } from './option.ts';
import type { Policy } from './policy.ts';
import { choices, failure_ms } from './shared_options.ts';
import { weightedOrder } from './weighted_order.ts';

const options = {
  choices,
  decay_s: {
    about: 'time after which a slow answer counts for 1/e of what it did.',
    unit: 'seconds',
    default: STRATEGY_DEFAULTS.decay_s,
    min: 0.1,
    max: 3_600,
  },
  default_rtt_ms: {
    about: 'first-byte time of an origin that has not answered yet.',
    unit: 'milliseconds',
    default: STRATEGY_DEFAULTS.default_rtt_ms,
    min: 0.1,
    max: 100_000,
  },
  failure_ms,
} satisfies Options;

/**
 * Two choices by latency: of `choices` targets drawn by weight the gateway takes the one with the least first-byte
 * time, as a peak EWMA (workers/gateway/peak_ewma.ts), times requests in flight + 1. Both are one isolate's.
 */
export const peak_ewma: Policy<never, typeof options> = {
  name: 'peak_ewma',
  about: 'Of some drawn by weight, the least first-byte time (peak EWMA) times requests in flight.',
  levels: ['origins'],
  options,
  reads: [],
  use: 'once',
  weighted: true,
  settled_by: 'peak_ewma',
  rank(targets, _facts, draw, { limit, choices, decay_s, default_rtt_ms, failure_ms }) {
    const order = weightedOrder(targets, draw, Math.max(limit, choices));
    return {
      order,
      finalists: Math.min(choices, order.length),
      by: 'peak_ewma',
      settle: { decay_s, default_rtt_ms, failure_ms },
    };
  },
};
