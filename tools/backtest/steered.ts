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

/** Inputs of strategies that traffic does not record. */
const UNRECORDED: Readonly<Partial<Record<Need, string>>> = {
  probes: 'the round-trip times of probes',
  reports: 'the load that origins report',
};

/** The level at which a policy is tried by default: origins, if it can rank them. */
export function levelOf(policy: string): Level {
  return policyNamed(policy)?.levels.includes('origins') === false ? 'pools' : 'origins';
}

/**
 * Replaces the strategies of all pools or of all load balancers in a configuration, and removes their canaries and shadows.
 * @throws CliError if the strategy does not exist at this level or does not accept the options
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
          // Some policies require the coordinates of a pool.
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
 * Checks that a replay of a strategy means something.
 * @throws CliError if the strategy reads something that traffic does not record
 */
export function assertReplayable(
  config: Config,
  steering: Steering,
  level: Level,
  strategies: Strategies,
): void {
  const strategy = strategies[steering.policy];
  if (strategy === undefined) throw new CliError(`--strategy: there is no strategy "${steering.policy}"`);
  const places: readonly { options?: SteeringOptions | undefined }[] =
    level === 'pools'
      ? config.balancers.map(({ steering_options }) => ({ options: steering_options }))
      : Object.values(config.pools).map(({ origin_options }) => ({ options: origin_options }));
  const options = { ...OPTION_DEFAULTS, ...places[0]?.options };
  const facts = readsOf(strategy, options).filter((fact) => !isRecorded(fact));
  const missing = [...facts, ...(strategy.needs ?? []).flatMap((need) => UNRECORDED[need] ?? [])];
  if (missing.length === 0) return;
  const hint =
    facts.length > 0 && readsKey(options, facts) ? '; use "options": { "key": "path" } to replay it' : '';
  throw new CliError(
    `--strategy: ${steering.policy} cannot be replayed, because it reads ${missing.join(', ')}, which traffic does not record${hint}`,
  );
}

function readsKey({ key }: SteeringOptions, facts: readonly string[]): boolean {
  return facts.every((fact) => key.some((one) => one === fact));
}

/** The policies of a configuration that are not in `strategies`: published scripts. */
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
