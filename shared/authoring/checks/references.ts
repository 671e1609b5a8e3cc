import { didYouMean } from '../../suggest.ts';
import { type DraftBalancer, type DraftConfig, present } from '../draft.ts';
import { error, type Path, type Problem, shown } from '../problem.ts';

/** References to pools, monitors and monitor groups that do not exist. */
export function* references(config: DraftConfig): Generator<Problem> {
  const pools = names(config.pools, ({ id, name }) => (name === undefined ? undefined : [name, id ?? name]));
  for (const [index, balancer] of present(config.load_balancers))
    for (const [path, name] of poolReferences(balancer))
      if (pools?.includes(name) === false)
        yield missing(['load_balancers', index, ...path], 'pool', name, pools);
  const monitors = names(config.monitors, ({ id }) => (id === undefined ? undefined : [id]));
  for (const [index, { monitor }] of present(config.pools))
    if (monitor !== undefined && monitors?.includes(monitor) === false)
      yield missing(['pools', index, 'monitor'], 'monitor', monitor, monitors);
  for (const [index, { members }] of present(config.monitor_groups))
    for (const [at, { monitor_id }] of present(members))
      if (monitor_id !== undefined && monitors?.includes(monitor_id) === false)
        yield missing(
          ['monitor_groups', index, 'members', at, 'monitor_id'],
          'monitor',
          monitor_id,
          monitors,
        );
  const groups = names(config.monitor_groups, ({ id }) => (id === undefined ? undefined : [id]));
  for (const [index, { monitor_group }] of present(config.pools))
    if (typeof monitor_group === 'string' && groups?.includes(monitor_group) === false)
      yield missing(['pools', index, 'monitor_group'], 'monitor group', monitor_group, groups);
  for (const [index, notification] of present(config.notifications))
    for (const [at, pool] of present(notification.pools))
      if (pools?.includes(pool) === false)
        yield missing(['notifications', index, 'pools', at], 'pool', pool, pools);
}

/**
 * The names of all items of a list. Undefined if one of them is invalid: a reference may mean that one, and one mistake should
 * be one error.
 */
function names<T>(
  list: readonly (T | undefined)[] | undefined,
  namesOf: (item: T) => string[] | undefined,
): string[] | undefined {
  const all: string[] = [];
  for (const item of list ?? [undefined]) {
    const some = item === undefined ? undefined : namesOf(item);
    if (some === undefined) return undefined;
    all.push(...some);
  }
  return all;
}

/** Every reference of a load balancer to a pool, with its path. */
function* poolReferences(balancer: DraftBalancer): Generator<[Path, string]> {
  yield* steeredReferences(balancer);
  if (balancer.mirror?.pool !== undefined) yield [['mirror', 'pool'], balancer.mirror.pool];
  for (const field of ['pool_sets', 'rules'] as const)
    for (const [index, { overrides }] of present<DraftOverridden>(balancer[field]))
      for (const [path, pool] of overriddenReferences(overrides ?? {}))
        yield [[field, index, 'overrides', ...path], pool];
}

/** References in fields that a rule can override. */
function* steeredReferences(balancer: DraftSteering): Generator<[Path, string]> {
  for (const [index, pool] of present(balancer.default_pools)) yield [['default_pools', index], pool];
  if (balancer.fallback_pool !== undefined) yield [['fallback_pool'], balancer.fallback_pool];
  for (const field of ['region_pools', 'country_pools', 'pop_pools'] as const)
    for (const [code, pools] of Object.entries(balancer[field] ?? {}))
      for (const [index, pool] of present(pools)) yield [[field, code, index], pool];
  for (const pool of Object.keys(balancer.random_steering?.pool_weights ?? {}))
    yield [['random_steering', 'pool_weights', pool], pool];
}

/** References in overrides, in either form. */
function* overriddenReferences(
  overrides: NonNullable<DraftOverridden['overrides']>,
): Generator<[Path, string]> {
  yield* steeredReferences(overrides);
  for (const [index, pool] of present(overrides.pools)) yield [['pools', index], pool];
  for (const pool of Object.keys(overrides.pool_weights ?? {})) yield [['pool_weights', pool], pool];
}

/** A rule or a pool set. */
interface DraftOverridden {
  readonly overrides?: NonNullable<NonNullable<DraftBalancer['rules']>[number]>['overrides'];
}

type DraftSteering = Pick<
  DraftBalancer,
  'default_pools' | 'fallback_pool' | 'region_pools' | 'country_pools' | 'pop_pools' | 'random_steering'
>;

function missing(path: Path, kind: string, name: string, names: readonly string[]): Problem {
  const known = names.length === 0 ? `there is no ${kind}` : `allowed: ${[...new Set(names)].join(', ')}`;
  return error(
    path,
    `got ${shown(name)}, but there is no ${kind} with that name; ${known}${didYouMean(name, names)}`,
  );
}
