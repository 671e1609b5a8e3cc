import { scriptName } from '../../contracts/scripts.ts';
import { type DraftConfig, present } from '../draft.ts';
import { type Path, type Problem, warning } from '../problem.ts';
import { STRATEGY_DEFAULTS } from '../strategy_defaults.ts';

const HASHES = ['hash', 'maglev', 'ketama', 'jump'];

/** The policies that read an option. */
const READERS: Readonly<Record<keyof typeof STRATEGY_DEFAULTS, readonly string[]>> = {
  key: HASHES,
  fallback: HASHES,
  bounded_load: HASHES,
  table_size: ['maglev'],
  weight_scale: ['ketama'],
  choices: ['power_of_two', 'peak_ewma', 'weighted_least_request'],
  bias: ['weighted_least_request'],
  decay_s: ['peak_ewma'],
  default_rtt_ms: ['peak_ewma'],
  failure_ms: ['peak_ewma', 'prequal'],
  error_penalty: ['weighted_by_load'],
  blackout_s: ['weighted_by_load'],
  expiration_s: ['weighted_by_load'],
  rif_quantile: ['prequal'],
  report_age_ms: ['prequal'],
  overprovisioning_percent: ['priority'],
  isolates: ['cost'],
};

/** Options that the chosen policy does not read. A script may read any. */
export function* strategyOptions(config: DraftConfig): Generator<Problem> {
  for (const [index, { steering_policy, steering_options }] of present(config.load_balancers))
    yield* unread(steering_policy, steering_options, ['load_balancers', index, 'steering_options']);
  for (const [index, { origin_steering }] of present(config.pools))
    yield* unread(origin_steering?.policy, origin_steering?.options, [
      'pools',
      index,
      'origin_steering',
      'options',
    ]);
}

function* unread(policy: string | undefined, options: object | undefined, path: Path): Generator<Problem> {
  if (policy === undefined || options === undefined || scriptName(policy) !== undefined) return;
  for (const [option, readers] of Object.entries(READERS)) {
    const value: unknown = Object.entries(options).find(([name]) => name === option)?.[1];
    const standard = STRATEGY_DEFAULTS[option as keyof typeof STRATEGY_DEFAULTS];
    // Defaults are filled in by now: what equals its default asks for nothing.
    if (value === undefined || readers.includes(policy) || JSON.stringify(value) === JSON.stringify(standard))
      continue;
    yield warning(
      [...path, option],
      `has no effect: policy "${policy}" does not read it; ${readers.map((reader) => `"${reader}"`).join(', ')} ${readers.length === 1 ? 'does' : 'do'}`,
    );
  }
}
