import { bindingName } from '../../http/address.ts';
import { canonicalHost, canonicalPath } from '../../http/host.ts';
import { type DraftConfig, present } from '../draft.ts';
import { balancerId } from '../ids.ts';
import { error, type Path, type Problem, pathText, shown, warning } from '../problem.ts';

/** A value with its path. Undefined: the value is invalid and has its own error. */
type Placed = [path: Path, value: string | undefined];

/**
 * Duplicates of values that must be unique. Values are compared as Workers read them: ids with their defaults, hosts and paths
 * in the form of requests. The error is at the second one and names the first.
 */
export function* duplicates(config: DraftConfig): Generator<Problem> {
  yield* twice('pool id', poolNames(config), 'pools are referred to by id or name; rename one');
  for (const [index, pool] of present(config.pools))
    yield* twice(
      'origin name',
      [...present(pool.origins)].map(([at, { name }]) => [['pools', index, 'origins', at, 'name'], name]),
      'rename one',
    );
  yield* twice(
    'monitor id',
    [...present(config.monitors)].map(([at, { id }]) => [['monitors', at, 'id'], id]),
    'rename one',
  );
  yield* twice(
    'monitor group id',
    [...present(config.monitor_groups)].map(([at, { id }]) => [['monitor_groups', at, 'id'], id]),
    'rename one',
  );
  for (const [index, group] of present(config.monitor_groups))
    yield* twice(
      'monitor',
      [...present(group.members)].map(([at, { monitor_id }]) => [
        ['monitor_groups', index, 'members', at, 'monitor_id'],
        monitor_id,
      ]),
      'a monitor has one vote in a group; remove one',
    );
  yield* notificationNames(config);
  yield* twice(
    'host and path',
    [...present(config.load_balancers)].map(([at, { name, path }]) => [
      ['load_balancers', at, 'name'],
      name !== undefined && path !== undefined ? `${canonicalHost(name)}${canonicalPath(path)}` : undefined,
    ]),
    'only one load balancer can serve them; change or remove one',
  );
  yield* twice(
    'load balancer id',
    balancerIds(config),
    'requests of one would be served like those of the other; rename one',
  );
}

/** A name that is also an id counts once per pool. */
function poolNames(config: DraftConfig): Placed[] {
  return [...present(config.pools)].flatMap(([at, { id, name }]): Placed[] => [
    [['pools', at, 'name'], name],
    ...(id === name ? [] : ([[['pools', at, 'id'], id]] as Placed[])),
  ]);
}

/** Two balancers without an id that serve the same host and path get only the error about these. */
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
  // Defaults come first, so that the error is at an id that somebody wrote.
  return [...defaults, ...written];
}

function* notificationNames(config: DraftConfig): Generator<Problem> {
  const names = [...present(config.notifications)].map(
    ([at, { name }]): Placed => [['notifications', at, 'name'], name],
  );
  yield* twice('notification name', names, 'rename one');
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

function* twice(what: string, values: Iterable<Placed>, advice: string): Generator<Problem> {
  const first = new Map<string, Path>();
  for (const [path, value] of values) {
    if (value === undefined) continue;
    const earlier = first.get(value);
    if (earlier === undefined) first.set(value, path);
    else yield error(path, `duplicate ${what} ${shown(value)}, already in ${pathText(earlier)}; ${advice}`);
  }
}
