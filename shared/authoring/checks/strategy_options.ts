import { scriptName } from '../../contracts/scripts.ts';
import { OPTIONS, readersOf } from '../../strategies/strategies.ts';
import { type DraftConfig, placed } from '../draft.ts';
import { type Path, type Problem, warning } from '../problem.ts';

/** Options that the chosen policy does not read, nor one on trial that has none of its own. A script may read any. */
export function* strategyOptions(config: DraftConfig): Generator<Problem> {
  for (const [path, balancer] of placed(config.load_balancers, 'load_balancers')) {
    const { steering_policy, steering_options, steering_canary, steering_shadow } = balancer;
    const live = { policy: steering_policy, options: steering_options };
    yield* together(live, steering_canary, steering_shadow, (field) => [...path, `steering_${field}`]);
  }
  for (const [path, { origin_steering = {} }] of placed(config.pools, 'pools')) {
    const { canary, shadow } = origin_steering;
    yield* together(origin_steering, canary, shadow, (field) => [...path, 'origin_steering', field]);
  }
}

interface Told {
  readonly policy?: string | undefined;
  readonly options?: object | undefined;
}

/** @param place of the field `options`, `canary` or `shadow` */
function* together(
  live: Told,
  canary: Told | undefined,
  shadow: Told | undefined,
  place: (field: string) => Path,
): Generator<Problem> {
  const sharing = [canary, shadow].filter((trial) => trial?.policy !== undefined && !trial.options);
  yield* unread([live.policy, ...sharing.map((trial) => trial?.policy)], live.options, place('options'));
  yield* unread([canary?.policy], canary?.options, [...place('canary'), 'options']);
  yield* unread([shadow?.policy], shadow?.options, [...place('shadow'), 'options']);
}

function* unread(
  policies: readonly (string | undefined)[],
  options: object | undefined,
  path: Path,
): Generator<Problem> {
  const [policy] = policies;
  if (policy === undefined || options === undefined) return;
  const any_script = policies.some((one = '') => scriptName(one) !== undefined);
  if (any_script) return;
  for (const [option, { default: standard }] of Object.entries(OPTIONS)) {
    const value: unknown = Object.entries(options).find(([name]) => name === option)?.[1];
    const readers = readersOf(option);
    // Defaults are filled in by now: what equals its default asks for nothing.
    if (value === undefined || JSON.stringify(value) === JSON.stringify(standard)) continue;
    if (policies.some((one = '') => readers.includes(one))) continue;
    const they = readers.map((reader) => `"${reader}"`).join(', ');
    yield warning(
      [...path, option],
      `has no effect: policy "${policy}" does not read it; ${they} ${readers.length === 1 ? 'does' : 'do'}`,
    );
  }
}
