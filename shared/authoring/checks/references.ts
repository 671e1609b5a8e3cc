import { didYouMean } from '../../suggest.ts';
import { type DraftBalancer, type DraftConfig, placed } from '../draft.ts';
import { error, type Path, type Problem, shown } from '../problem.ts';
import { POOL_MAPS } from './pool_choice.ts';

/** References to pools, monitors and monitor groups that do not exist. */
export function* references(config: DraftConfig): Generator<Problem> {
  const pools = names(config.pools, ({ id, name }) => (name === undefined ? undefined : [name, id ?? name]));
  for (const [path, balancer] of placed(config.load_balancers, 'load_balancers'))
    for (const [field, name] of poolReferences(balancer))
      yield* missing([...path, ...field], 'pool', name, pools);
  const monitors = names(config.monitors, ({ id }) => (id === undefined ? undefined : [id]));
  for (const [path, { monitor }] of placed(config.pools, 'pools'))
    yield* missing([...path, 'monitor'], 'monitor', monitor, monitors);
  for (const [path, { members }] of placed(config.monitor_groups, 'monitor_groups'))
    for (const [at, { monitor_id }] of placed(members, ...path, 'members'))
      yield* missing([...at, 'monitor_id'], 'monitor', monitor_id, monitors);
  const groups = names(config.monitor_groups, ({ id }) => (id === undefined ? undefined : [id]));
  for (const [path, { monitor_group }] of placed(config.pools, 'pools'))
    yield* missing([...path, 'monitor_group'], 'monitor group', monitor_group, groups);
  for (const [path, notification] of placed(config.notifications, 'notifications'))
    for (const [at, pool] of placed(notification.pools, ...path, 'pools'))
      yield* missing(at, 'pool', pool, pools);
}

/** The names of all items. Undefined if one is invalid: a reference may mean it, and one mistake should be one error. */
function names<T>(
  list: readonly (T | undefined)[] | undefined,
  namesOf: (item: T) => string[] | undefined,
): string[] | undefined {
  const all = (list ?? [undefined]).map((item) => (item === undefined ? undefined : namesOf(item)));
  return all.every((some) => some !== undefined) ? all.flat() : undefined;
}

/** Every reference of a load balancer to a pool, with its path. */
function* poolReferences(balancer: DraftBalancer): Generator<[Path, string]> {
  yield* steeredReferences(balancer);
  if (balancer.mirror?.pool !== undefined) yield [['mirror', 'pool'], balancer.mirror.pool];
  for (const field of ['pool_sets', 'rules'] as const)
    for (const [at, { overrides }] of placed<DraftOverridden>(balancer[field], field))
      for (const [path, pool] of overriddenReferences(overrides ?? {}))
        yield [[...at, 'overrides', ...path], pool];
}

/** References in fields that a rule can override. */
function* steeredReferences(balancer: DraftSteering): Generator<[Path, string]> {
  yield* placed(balancer.default_pools, 'default_pools');
  if (balancer.fallback_pool !== undefined) yield [['fallback_pool'], balancer.fallback_pool];
  for (const field of POOL_MAPS)
    for (const [code, pools] of Object.entries(balancer[field] ?? {})) yield* placed(pools, field, code);
  for (const pool of Object.keys(balancer.random_steering?.pool_weights ?? {}))
    yield [['random_steering', 'pool_weights', pool], pool];
}

/** References in overrides, in either form. */
function* overriddenReferences(
  overrides: NonNullable<DraftOverridden['overrides']>,
): Generator<[Path, string]> {
  yield* steeredReferences(overrides);
  yield* placed(overrides.pools, 'pools');
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

function* missing(
  path: Path,
  kind: string,
  name: string | undefined,
  names: readonly string[] | undefined,
): Generator<Problem> {
  if (name === undefined || names === undefined || names.includes(name)) return;
  const known = names.length === 0 ? `there is no ${kind}` : `allowed: ${[...new Set(names)].join(', ')}`;
  const message = `got ${shown(name)}, but there is no ${kind} with that name; ${known}${didYouMean(name, names)}`;
  yield error(path, message);
}
