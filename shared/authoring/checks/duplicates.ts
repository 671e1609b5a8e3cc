import { bindingName } from '../../http/address.ts';
import { canonicalHost, canonicalPath } from '../../http/host.ts';
import { type DraftConfig, present } from '../draft.ts';
import { balancerId } from '../ids.ts';
import { error, type Path, type Problem, pathText, shown, warning } from '../problem.ts';

/** A value and where it stands; undefined: it cannot be read. */
type Placed = [path: Path, value: string | undefined];

/**
 * Two of the same where there may be one. Values are compared as Workers read them: ids with their defaults, hosts and
 * paths in the form that requests carry. The second is the error; it says where the first is.
 */
export function* duplicates(config: DraftConfig): Generator<Problem> {
  yield* twice(
    'pool id',
    poolNames(config),
    'a pool is referred to by its id or its name; rename one of the two',
  );
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
  yield* notificationNames(config);
  yield* twice(
    'host and path',
    [...present(config.load_balancers)].map(([at, { name, path }]) => [
      ['load_balancers', at, 'name'],
      name !== undefined && path !== undefined ? `${canonicalHost(name)}${canonicalPath(path)}` : undefined,
    ]),
    'only one load balancer could serve it',
  );
  yield* twice(
    'load balancer id',
    balancerIds(config),
    'requests of one would be served as those of the other',
  );
}

/** A name that is also an id counts once per pool. */
function poolNames(config: DraftConfig): Placed[] {
  return [...present(config.pools)].flatMap(([at, { id, name }]): Placed[] => [
    [['pools', at, 'name'], name],
    ...(id === name ? [] : ([[['pools', at, 'id'], id]] as Placed[])),
  ]);
}

/** Two without an id that serve the same host and path are told of that alone. */
function balancerIds(config: DraftConfig): Placed[] {
  const hosts = new Set<string>();
  const written: Placed[] = [];
  const defaults: Placed[] = [];
  for (const [at, { id, name, path }] of present(config.load_balancers)) {
    if (id !== undefined) written.push([['load_balancers', at, 'id'], id]);
    if (id !== undefined || name === undefined || path === undefined) continue;
    const standard = balancerId({ name, path });
    if (!hosts.has(standard)) defaults.push([['load_balancers', at, 'name'], standard]);
    hosts.add(standard);
  }
  // A default comes first, so that the id that somebody wrote is the one to change.
  return [...defaults, ...written];
}

function* notificationNames(config: DraftConfig): Generator<Problem> {
  const names = [...present(config.notifications)].map(
    ([at, { name }]): Placed => [['notifications', at, 'name'], name],
  );
  yield* twice('notification name', names, 'every notification has its own');
  const first = new Map<string, string>();
  for (const [path, name] of names) {
    if (name === undefined) continue;
    const secret = bindingName('WEBHOOK_SECRET', name);
    const earlier = first.get(secret);
    if (earlier === undefined) first.set(secret, name);
    else if (earlier !== name)
      yield warning(
        path,
        `shares the secret ${secret} with ${shown(earlier)}; rename one to give each its own`,
      );
  }
}

function* twice(what: string, values: Iterable<Placed>, why: string): Generator<Problem> {
  const first = new Map<string, Path>();
  for (const [path, value] of values) {
    if (value === undefined) continue;
    const earlier = first.get(value);
    if (earlier === undefined) first.set(value, path);
    else yield error(path, `duplicate ${what} ${shown(value)}, as in ${pathText(earlier)}: ${why}`);
  }
}
