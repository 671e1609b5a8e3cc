import { type DraftConfig, present } from '../draft.ts';
import { pathPrefix } from '../normalise.ts';
import { error, type Path, type Problem, pathText, shown } from '../problem.ts';

/** Two of the same where there may be one. The second is the error; it says where the first is. */
export function* duplicates(config: DraftConfig): Generator<Problem> {
  yield* twice('pool id', poolNames(config), 'a pool is referred to by its id or its name');
  for (const [index, pool] of present(config.pools))
    yield* twice(
      'origin name',
      [...present(pool.origins)].map(([at, { name }]) => [['pools', index, 'origins', at, 'name'], name]),
      'in a pool every origin has its own',
    );
  yield* twice(
    'monitor id',
    [...present(config.monitors)].map(([at, { id }]) => [['monitors', at, 'id'], id]),
    'every monitor has its own',
  );
  yield* twice(
    'monitor group id',
    [...present(config.monitor_groups)].map(([at, { id }]) => [['monitor_groups', at, 'id'], id]),
    'every monitor group has its own',
  );
  for (const [index, group] of present(config.monitor_groups))
    yield* twice(
      'monitor',
      [...present(group.members)].map(([at, { monitor_id }]) => [
        ['monitor_groups', index, 'members', at, 'monitor_id'],
        monitor_id,
      ]),
      'in a group it has one vote',
    );
  yield* twice(
    'notification name',
    [...present(config.notifications)].map(([at, { name }]) => [['notifications', at, 'name'], name]),
    'every notification has its own',
  );
  const balancers = [...present(config.load_balancers)];
  yield* twice(
    'load balancer id',
    balancers.map(([at, { id }]) => [['load_balancers', at, 'id'], id]),
    'every load balancer has its own',
  );
  yield* twice(
    'host and path',
    balancers.map(([at, { name, path }]) => [
      ['load_balancers', at, 'name'],
      name !== undefined && path !== undefined ? `${name}${pathPrefix(path)}` : undefined,
    ]),
    'only one load balancer could serve it',
  );
}

/** A name that is also an id counts once per pool. */
function poolNames(config: DraftConfig): [Path, string | undefined][] {
  return [...present(config.pools)].flatMap(([at, { id, name }]): [Path, string | undefined][] => [
    [['pools', at, 'name'], name],
    ...(id === name ? [] : ([[['pools', at, 'id'], id]] as [Path, string | undefined][])),
  ]);
}

function* twice(what: string, values: Iterable<[Path, string | undefined]>, why: string): Generator<Problem> {
  const first = new Map<string, Path>();
  for (const [path, value] of values) {
    if (value === undefined) continue;
    const earlier = first.get(value);
    if (earlier === undefined) first.set(value, path);
    else yield error(path, `duplicate ${what} ${shown(value)}, as in ${pathText(earlier)}: ${why}`);
  }
}
