import { STRATEGY_DEFAULTS } from '../model/strategy_defaults.ts';
import { policy } from './policy.ts';

/**
 * Client-side weighted round robin (gRFC A58): more requests to origins that serve more of them for the utilization that they
 * report in ORCA headers. The gateway reads the reports and keeps the turns, each isolate its own. The order only says which
 * origins take part. It corrects for unequal machines within seconds, and not for bursts.
 */
export const weighted_by_load = policy({
  name: 'weighted_by_load',
  about: 'Weighted turns by the load that origins report (gRFC A58).',
  levels: ['origins'],
  options: {
    error_penalty: {
      about: 'how much an error counts against utilization.',
      default: STRATEGY_DEFAULTS.error_penalty,
      range: [0, 100],
    },
    blackout_s: {
      about: 'time for which reports must come in before they count.',
      unit: 'seconds',
      default: STRATEGY_DEFAULTS.blackout_s,
      range: [0, 3_600],
    },
    expiration_s: {
      about: 'an origin that is silent for longer counts as the mean of the others.',
      unit: 'seconds',
      default: STRATEGY_DEFAULTS.expiration_s,
      range: [1, 86_400],
    },
  },
  needs: ['reports'],
  settled_by: 'reported',
  counts_choice: true,
  use: 'repeat',
  weighted: true,
  rank(targets, _facts, _draw, { error_penalty, blackout_s, expiration_s }) {
    const order = targets.map(({ id }) => id);
    const settle = { error_penalty, blackout_s, expiration_s };
    return { order, finalists: order.length, by: 'reported', settle };
  },
});
