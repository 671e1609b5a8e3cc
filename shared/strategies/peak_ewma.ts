import type { Strategy } from './strategy.ts';
import { weightedOrder } from './weighted_order.ts';

/**
 * Two choices by latency: of `choices` targets drawn by weight the gateway takes the one with the least first-byte
 * time, as a peak EWMA (workers/gateway/peak_ewma.ts), times requests in flight + 1. Both are one isolate's.
 */
export const peak_ewma: Strategy<never> = {
  name: 'peak_ewma',
  reads: [],
  use: 'once',
  weighted: true,
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
