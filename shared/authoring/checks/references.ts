import { didYouMean } from '../../suggest.ts';
import { type DraftConfig, placed } from '../draft.ts';
import { error, type Path, type Problem, shown } from '../problem.ts';
import { type ReferringList, referencesOf } from '../references/places.ts';

const REFERRING: readonly ReferringList[] = ['load_balancers', 'pools', 'monitor_groups', 'notifications'];

const KINDS = {
  load_balancers: 'load balancer',
  pools: 'pool',
  monitors: 'monitor',
  monitor_groups: 'monitor group',
} as const;

/** References to pools, monitors and monitor groups that do not exist. */
export function* references(config: DraftConfig): Generator<Problem> {
  const known = {
    load_balancers: undefined,
    pools: names(config.pools, ({ id, name }) => (name === undefined ? undefined : [name, id ?? name])),
    monitors: names(config.monitors, ({ id }) => (id === undefined ? undefined : [id])),
    monitor_groups: names(config.monitor_groups, ({ id }) => (id === undefined ? undefined : [id])),
  };
  for (const list of REFERRING)
    for (const [at, object] of placed<unknown>(config[list], list))
      for (const { path, list: target, name } of referencesOf(list, object))
        yield* missing([...at, ...path], KINDS[target], name, known[target]);
}

/** The names of all items. Undefined if one is invalid: a reference may mean it, and one mistake should be one error. */
function names<T>(
  list: readonly (T | undefined)[] | undefined,
  namesOf: (item: T) => string[] | undefined,
): string[] | undefined {
  const all = (list ?? [undefined]).map((item) => (item === undefined ? undefined : namesOf(item)));
  return all.every((some) => some !== undefined) ? all.flat() : undefined;
}

function* missing(
  path: Path,
  kind: string,
  name: string,
  names: readonly string[] | undefined,
): Generator<Problem> {
  if (names === undefined || names.includes(name)) return;
  const known = names.length === 0 ? `there is no ${kind}` : `allowed: ${[...new Set(names)].join(', ')}`;
  const message = `got ${shown(name)}, but there is no ${kind} with that name; ${known}${didYouMean(name, names)}`;
  yield error(path, message);
}
