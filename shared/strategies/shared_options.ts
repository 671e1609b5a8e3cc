import { STRATEGY_DEFAULTS } from '../model/strategy_defaults.ts';
import type { NumberOption } from './option.ts';

// Options that more than one policy reads. Any other option is in the file of its policy.

export const choices: NumberOption = {
  about:
    'origins drawn, of which the least loaded serves. `weighted_least_request`: only with equal weights.',
  default: STRATEGY_DEFAULTS.choices,
  range: [2, 32],
  whole: true,
};

export const failure_ms: NumberOption = {
  about: 'a failed attempt counts as an answer that took at least this long.',
  unit: 'milliseconds',
  default: STRATEGY_DEFAULTS.failure_ms,
  range: [0, 100_000],
};
