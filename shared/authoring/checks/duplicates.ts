import { bindingName } from '../../http/address.ts';
import { canonicalHost, canonicalPath } from '../../http/host.ts';
import { type DraftConfig, placed } from '../draft.ts';
import { balancerId } from '../ids.ts';
import { error, otherPlace, type Path, type Problem, shown, warning } from '../problem.ts';

/** A value with its path. Undefined: the value is invalid and has its own error. */
type Placed = [path: Path, value: string | undefined];

/**
 * Duplicates of values that must be unique. Values are compared as Workers read them: ids with their defaults, hosts and paths
 * in the form of requests. The error is at the second one and names the first.
 */
export function* duplicates(config: DraftConfig): Generator<Problem> {
  const { pools, monitors, monitor_groups, load_balancers } = config;
  yield* twice('pool id', poolNames(config), 'pools are referred to by id or name; rename one');
  for (const [path, { origins }] of placed(pools, 'pools'))
    yield* twice('origin name', valuesOf(origins, [...path, 'origins'], 'name'), 'rename one');
  yield* twice('monitor id', valuesOf(monitors, ['monitors'], 'id'), 'rename one');
  yield* twice('monitor group id', valuesOf(monitor_groups, ['monitor_groups'], 'id'), 'rename one');
  for (const [path, { members }] of placed(monitor_groups, 'monitor_groups')) {
    const named = valuesOf(members, [...path, 'members'], 'monitor_id');
    yield* twice('monitor', named, 'a monitor has one vote in a group; remove one');
  }
  yield* notificationNames(config);
  const served = [...placed(load_balancers, 'load_balancers')].map(([at, { name, path }]): Placed => {
    const known = name !== undefined && path !== undefined;
    return [[...at, 'name'], known ? canonicalHost(name) + canonicalPath(path) : undefined];
  });
  yield* twice('host and path', served, 'only one load balancer can serve them; change or remove one');
  const so = 'requests of one would be served like those of the other; rename one';
  yield* twice('load balancer id', balancerIds(config), so);
}

/** The values of a field in a list of objects. */
function valuesOf<K extends string>(
  list: readonly ({ readonly [Key in K]?: string | undefined } | undefined)[] | undefined,
  path: Path,
  field: K,
): Placed[] {
  return [...placed(list, ...path)].map(([at, item]) => [[...at, field], item[field]]);
}

/** A name that is also an id counts once per pool. */
function poolNames(config: DraftConfig): Placed[] {
  return [...placed(config.pools, 'pools')].flatMap(([path, { id, name }]): Placed[] => {
    const named: Placed = [[...path, 'name'], name];
    return id === name ? [named] : [named, [[...path, 'id'], id]];
  });
}

/** Two balancers without an id that serve the same host and path get only the error about these. */
function balancerIds(config: DraftConfig): Placed[] {
  const hosts = new Set<string>();
  const written: Placed[] = [];
  const defaults: Placed[] = [];
  for (const [at, { id, name, path }] of placed(config.load_balancers, 'load_balancers')) {
    if (id !== undefined) written.push([[...at, 'id'], id]);
    if (id !== undefined || name === undefined || path === undefined) continue;
    const standard = balancerId({ name, path });
    if (!hosts.has(standard)) defaults.push([[...at, 'name'], standard]);
    hosts.add(standard);
  }
  // Defaults come first, so that the error is at an id that somebody wrote.
  return [...defaults, ...written];
}

function* notificationNames(config: DraftConfig): Generator<Problem> {
  const names = valuesOf(config.notifications, ['notifications'], 'name');
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
    else
      yield error(
        path,
        `duplicate ${what} ${shown(value)}, already in ${otherPlace(path, earlier)}; ${advice}`,
      );
  }
}
