import { type DraftBalancer, type DraftConfig, present } from '../draft.ts';
import { error, type Path, type Problem, shown } from '../problem.ts';
import { didYouMean } from '../suggest.ts';

/** References to pools and monitors that do not exist. */
export function* references(config: DraftConfig): Generator<Problem> {
  const pools = [...present(config.pools)].flatMap(([, { id, name }]) => (name ?? id) && [name, id]);
  // A pool without a readable name may be the one that is meant: one mistake, one error.
  if (config.pools !== undefined && complete(config.pools, pools)) {
    const names = pools.filter((name) => name !== undefined);
    for (const [index, balancer] of present(config.load_balancers))
      for (const [path, name] of poolReferences(balancer))
        if (!names.includes(name)) yield missing(['load_balancers', index, ...path], 'pool', name, names);
  }
  const monitors = [...present(config.monitors)].map(([, { id }]) => id);
  if (config.monitors === undefined || !complete(config.monitors, monitors)) return;
  const ids = monitors.filter((id) => id !== undefined);
  for (const [index, { monitor }] of present(config.pools))
    if (monitor !== undefined && !ids.includes(monitor))
      yield missing(['pools', index, 'monitor'], 'monitor', monitor, ids);
}

/** Every pool that a load balancer names, with the place where it does. */
function* poolReferences(balancer: DraftBalancer): Generator<[Path, string]> {
  for (const [index, pool] of present(balancer.default_pools)) yield [['default_pools', index], pool];
  if (balancer.fallback_pool !== undefined) yield [['fallback_pool'], balancer.fallback_pool];
  for (const field of ['region_pools', 'country_pools', 'pop_pools'] as const)
    for (const [code, pools] of Object.entries(balancer[field] ?? {}))
      for (const [index, pool] of present(pools)) yield [[field, code, index], pool];
  for (const pool of Object.keys(balancer.random_steering?.pool_weights ?? {}))
    yield [['random_steering', 'pool_weights', pool], pool];
}

function complete(list: readonly unknown[], names: readonly unknown[]): boolean {
  return !list.includes(undefined) && !names.includes(undefined);
}

function missing(path: Path, kind: string, name: string, names: readonly string[]): Problem {
  const known = names.length === 0 ? `there is no ${kind}` : `allowed: ${[...new Set(names)].join(', ')}`;
  return error(
    path,
    `got ${shown(name)}, but there is no ${kind} of that name; ${known}${didYouMean(name, names)}`,
  );
}
