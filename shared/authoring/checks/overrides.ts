import { type DraftBalancer, type DraftConfig, placed } from '../draft.ts';
import { inFull } from '../flat_overrides.ts';
import type { Profile } from '../normalise.ts';
import { error, type Path, type Problem } from '../problem.ts';
import { POOL_MAPS, poolChoice, unreadMaps } from './pool_choice.ts';
import { session } from './sessions.ts';
import { coordinates } from './steering.ts';

const NO_MAPS = { region_pools: {}, country_pools: {}, pop_pools: {} };

/** Overrides of a rule. Those of a pool set have some of its fields. */
export type DraftOverrides = NonNullable<
  NonNullable<NonNullable<DraftBalancer['rules']>[number]>['overrides']
>;

/** A load balancer that is checked. Fields that overrides leave out keep its values. */
export interface BalancerContext {
  balancer: DraftBalancer;
  /** Of the balancer. */
  path: Path;
  config: DraftConfig;
  profile: Profile;
}

/** Each load balancer of a configuration, to be checked. */
export function* balancersOf(config: DraftConfig, profile: Profile): Generator<BalancerContext> {
  for (const [path, balancer] of placed(config.load_balancers, 'load_balancers'))
    yield { balancer, path, config, profile };
}

/** Checks overrides, in either form. @param path of the overrides */
export function* overrides(
  changed: DraftOverrides,
  path: Path,
  context: BalancerContext,
): Generator<Problem> {
  const twice = [...writtenTwice(changed, path)];
  yield* twice;
  if (twice.length > 0) return;
  const written =
    changed.pools !== undefined ||
    changed.pool_weights !== undefined ||
    changed.pool_default_weight !== undefined;
  for (const problem of inOneForm(inFull(changed), path, context))
    yield written ? { ...problem, path: asWritten(problem.path, path.length) } : problem;
}

/** Fields that are written in both forms. */
function* writtenTwice(changed: DraftOverrides, path: Path): Generator<Problem> {
  if (changed.pools !== undefined && changed.default_pools !== undefined)
    yield error([...path, 'pools'], 'set either `pools` or `default_pools`, which mean the same');
  for (const field of ['pool_weights', 'pool_default_weight'] as const)
    if (changed[field] !== undefined && changed.random_steering !== undefined)
      yield error([...path, field], `set either \`${field}\` or \`random_steering\`, which mean the same`);
}

/** The path of a problem in the form that the file uses. @param depth length of the overrides' own path */
function asWritten(path: Path, depth: number): Path {
  const before = path.slice(0, depth);
  const [field, ...rest] = path.slice(depth);
  if (field === 'default_pools') return [...before, 'pools', ...rest];
  if (field !== 'random_steering') return path;
  const [part = 'pool_weights', ...further] = rest;
  return [...before, part === 'default_weight' ? 'pool_default_weight' : part, ...further];
}

function* inOneForm(
  changed: Omit<DraftOverrides, 'pools' | 'pool_weights' | 'pool_default_weight'>,
  path: Path,
  { balancer, path: balancer_path, config, profile }: BalancerContext,
): Generator<Problem> {
  const { steering_policy, default_pools, session_affinity, session_affinity_ttl } = changed;
  const { session_affinity_attributes } = changed;
  const policy = steering_policy ?? balancer.steering_policy;
  const maps = POOL_MAPS.filter((map) => changed[map] !== undefined);
  // As in normalise_rules.ts: pools without a map are for every request.
  const own_maps = maps.length > 0 || default_pools !== undefined;
  const held = { ...balancer, ...(own_maps ? NO_MAPS : {}), ...changed };
  const policies = policy === undefined ? [] : [policy];
  yield* poolChoice({ own: changed, held, policies, config, path });
  if (policy !== undefined) yield* unreadMaps(changed, [policy], path);
  if (steering_policy !== undefined || default_pools !== undefined) {
    const place = default_pools === undefined ? balancer_path : path;
    yield* coordinates(default_pools ?? balancer.default_pools, 'steering_policy', policy, config, place);
  }
  if (session_affinity ?? session_affinity_ttl ?? session_affinity_attributes)
    yield* session(
      {
        session_affinity: session_affinity ?? balancer.session_affinity,
        session_affinity_ttl,
        session_affinity_attributes: session_affinity_attributes ?? balancer.session_affinity_attributes,
      },
      path,
      profile,
    );
}
