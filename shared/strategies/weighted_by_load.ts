import type { Strategy } from './strategy.ts';

/**
 * Client-side weighted round robin (gRFC A58): more to origins that serve more requests for the utilization that they
 * report in ORCA headers. The gateway reads the reports and keeps the turns, each isolate its own; the order that is
 * handed to it says who takes part. It corrects for unequal machines, in seconds, and not for bursts.
 */
export const weighted_by_load: Strategy<never> = {
  name: 'weighted_by_load',
  reads: [],
  use: 'repeat',
  weighted: true,
  rank(targets, _facts, _draw, { error_penalty, blackout_s, expiration_s }) {
    const order = targets.map(({ id }) => id);
    return {
      order,
      finalists: order.length,
      by: 'reported',
      settle: { error_penalty, blackout_s, expiration_s },
    };
  },
};
