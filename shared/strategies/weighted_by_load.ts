import { STRATEGY_DEFAULTS } from '../model/strategy_defaults.ts';
import type { Options } from './option.ts';
import type { Policy } from './policy.ts';

const options = {
  error_penalty: {
    about: 'how much an error counts against utilization.',
    default: STRATEGY_DEFAULTS.error_penalty,
    min: 0,
    max: 100,
  },
  blackout_s: {
    about: 'time for which reports must come in before they count.',
    unit: 'seconds',
    default: STRATEGY_DEFAULTS.blackout_s,
    min: 0,
    max: 3_600,
  },
  expiration_s: {
    about: 'an origin that is silent for longer counts as the mean of the others.',
    unit: 'seconds',
    default: STRATEGY_DEFAULTS.expiration_s,
    min: 1,
    max: 86_400,
  },
} satisfies Options;

/**
 * Client-side weighted round robin (gRFC A58): more to origins that serve more requests for the utilization that they
 * report in ORCA headers. The gateway reads the reports and keeps the turns, each isolate its own; the order that is
 * handed to it says who takes part. It corrects for unequal machines, in seconds, and not for bursts.
 */
export const weighted_by_load: Policy<never, typeof options> = {
  name: 'weighted_by_load',
  about: 'Weighted turns by the load that origins report (gRFC A58).',
  levels: ['origins'],
  options,
  reads: [],
  use: 'repeat',
  weighted: true,
  needs: ['reports'],
  settled_by: 'reported',
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
