import { parseConfig } from '../../shared/authoring/parse.ts';
import type { Config } from '../../shared/model/config.ts';
import type { SteeringOptions } from '../../shared/model/strategy_options.ts';
import type { Level } from '../../shared/strategies/policy.ts';
import { OPTION_DEFAULTS, policyNamed } from '../../shared/strategies/strategies.ts';
import { type Need, readsOf } from '../../shared/strategies/strategy.ts';
import type { Strategies } from '../../workers/selector/plan.ts';
import { CliError } from '../project/cli_error.ts';
import type { Steering } from '../simulate/documents.ts';
import { isRecorded } from './recorded.ts';

/** What strategies go by that traffic does not record. */
const UNRECORDED: Readonly<Partial<Record<Need, string>>> = {
  probes: 'the round-trip times of probes',
  reports: 'the load that origins report',
};

/** The level where a policy is tried when nothing is said: among origins if it may stand there. */
export function levelOf(policy: string): Level {
  return policyNamed(policy)?.levels.includes('origins') === false ? 'pools' : 'origins';
}

/**
 * The configuration with a strategy in place of those of all its pools or of all its load balancers, their canaries and
 * shadows included.
 * @throws CliError when there is no such strategy at this level, or it does not take such options
 */
export function steered(config: Config, steering: Steering, level: Level): Config {
  const { policy, options } = steering;
  const { config: parsed, problems } = parseConfig(
    {
      load_balancers: [
        {
          id: 'one',
          name: '*',
          default_pools: ['one'],
          ...(level === 'pools'
            ? { steering_policy: policy, ...(options && { steering_options: options }) }
            : {}),
        },
      ],
      pools: [
        {
          name: 'one',
          // Somewhere, for policies that are refused where a pool is nowhere.
          latitude: 0,
          longitude: 0,
          origins: [{ name: 'one', address: 'one.example' }],
          ...(level === 'origins' ? { origin_steering: steering } : {}),
        },
      ],
    },
    'local',
  );
  const balancer = parsed?.balancers[0];
  const pool = parsed?.pools['one'];
  if (balancer === undefined || pool === undefined) {
    const wrong = problems.filter(({ severity }) => severity === 'error').map(({ message }) => message);
    throw new CliError(`--strategy ${policy} cannot be used among ${level}: ${wrong.join('; ')}`);
  }
  if (level === 'pools') {
    const { steering_policy, steering_options } = balancer;
    return {
      ...config,
      balancers: config.balancers.map(({ steering_options: _, canary: __, shadow: ___, ...one }) => ({
        ...one,
        steering_policy,
        ...(steering_options && { steering_options }),
      })),
    };
  }
  const { origin_policy, origin_options } = pool;
  return {
    ...config,
    pools: Object.fromEntries(
      Object.entries(config.pools).map(([id, { origin_options: _, canary: __, shadow: ___, ...one }]) => [
        id,
        { ...one, origin_policy, ...(origin_options && { origin_options }) },
      ]),
    ),
  };
}

/**
 * Refuses what a replay would only seem to show.
 * @throws CliError when the strategy goes by something that traffic does not record
 */
export function assertReplayable(
  config: Config,
  steering: Steering,
  level: Level,
  strategies: Strategies,
): void {
  const strategy = strategies[steering.policy];
  if (strategy === undefined) throw new CliError(`--strategy ${steering.policy}: there is no such strategy`);
  const places: readonly { options?: SteeringOptions | undefined }[] =
    level === 'pools'
      ? config.balancers.map(({ steering_options }) => ({ options: steering_options }))
      : Object.values(config.pools).map(({ origin_options }) => ({ options: origin_options }));
  const options = { ...OPTION_DEFAULTS, ...places[0]?.options };
  const facts = readsOf(strategy, options).filter((fact) => !isRecorded(fact));
  const missing = [...facts, ...(strategy.needs ?? []).flatMap((need) => UNRECORDED[need] ?? [])];
  if (missing.length === 0) return;
  const hint =
    facts.length > 0 && readsKey(options, facts) ? '; with "options": { "key": "path" } it can be' : '';
  throw new CliError(
    `${steering.policy} goes by ${missing.join(', ')}, which traffic does not record: it cannot be replayed${hint}`,
  );
}

function readsKey({ key }: SteeringOptions, facts: readonly string[]): boolean {
  return facts.every((fact) => key.some((one) => one === fact));
}

/** Policies of a configuration that are not at hand: published scripts. */
export function policiesMissing(config: Config, strategies: Strategies): string[] {
  const named = [
    ...config.balancers.flatMap(({ steering_policy, canary }) => [steering_policy, canary?.policy ?? []]),
    ...Object.values(config.pools).flatMap(({ origin_policy, canary }) => [
      origin_policy,
      canary?.policy ?? [],
    ]),
  ].flat();
  return [...new Set<string>(named)].filter((name) => !Object.hasOwn(strategies, name));
}
