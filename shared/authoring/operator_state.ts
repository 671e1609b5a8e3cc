import type { Config, Maintenance, OperatorState, Origin, Pool } from '../model/config.ts';
import { poolOf } from '../model/ids.ts';
import { isLeaving } from '../model/standing.ts';

// States that an operator switches in the published configuration, without its file.

/** The states of pools, origins (`pool/origin`) and balancers, in words. */
export type StateWord = 'ready' | OperatorState;

/** A state in a sentence: `in drain`. */
export function stateText(state: StateWord): string {
  return state === 'ready' ? 'ready' : `in ${state}`;
}

/** An object whose state has changed. */
export interface StateChange {
  kind: 'pool' | 'origin' | 'balancer';
  id: string;
  before: StateWord;
  after: StateWord;
}

/**
 * Sets the state of one pool or origin (`pool/origin`) in a copy of the configuration.
 * @returns undefined: there is no such object
 */
export function withState(config: Config, id: string, state: StateWord): Config | undefined {
  const pool_id = id.includes('/') ? poolOf(id as `${string}/${string}`) : id;
  const pool = Object.hasOwn(config.pools, pool_id) ? config.pools[pool_id] : undefined;
  if (pool === undefined) return undefined;
  if (id === pool_id) return { ...config, pools: { ...config.pools, [pool_id]: stated(pool, state) } };
  if (!pool.origins.some((origin) => origin.id === id)) return undefined;
  const origins = pool.origins.map((origin) => (origin.id === id ? stated(origin, state) : origin));
  return { ...config, pools: { ...config.pools, [pool_id]: { ...pool, origins } } };
}

/**
 * Switches one balancer's maintenance page in a copy of the configuration.
 * @param standard the page for a balancer without one
 * @returns undefined: there is no such balancer
 */
export function withMaintenance(
  config: Config,
  id: string,
  enabled: boolean,
  standard: Maintenance,
): Config | undefined {
  if (!config.balancers.some((balancer) => balancer.id === id)) return undefined;
  const balancers = config.balancers.map((balancer) => {
    const { maintenance = standard } = balancer;
    if (balancer.id !== id || (balancer.maintenance?.enabled ?? false) === enabled) return balancer;
    return { ...balancer, maintenance: { ...maintenance, enabled } };
  });
  return { ...config, balancers };
}

/** The objects in both configurations whose states differ. */
export function stateChanges(before: Config, after: Config): StateChange[] {
  const known = statesOf(before);
  return [...statesOf(after)].flatMap(([id, { kind, state }]) => {
    const previous = known.get(id)?.state ?? state;
    return previous === state
      ? []
      : [{ kind, id: id.slice(kind.length + 1), before: previous, after: state }];
  });
}

function statesOf(config: Config) {
  const states = new Map<string, { kind: StateChange['kind']; state: StateWord }>();
  const note = (kind: StateChange['kind'], id: string, state: StateWord = 'ready') =>
    states.set(`${kind} ${id}`, { kind, state });
  for (const { id, maintenance } of config.balancers)
    note('balancer', id, maintenance?.enabled ? 'maintenance' : 'ready');
  for (const pool of Object.values(config.pools)) {
    note('pool', pool.id, pool.state);
    for (const origin of pool.origins) note('origin', origin.id, origin.state);
  }
  return states;
}

function stated<T extends { state?: OperatorState }>(one: T, state: StateWord): T {
  const { state: _, ...rest } = one;
  return (state === 'ready' ? rest : { ...rest, state }) as T;
}

/**
 * Adds the start of each drain to a configuration before it is published, so that every isolate counts from the same moment. A
 * drain that continues keeps its start, and a new one begins now.
 * @param next the configuration to publish, without stamps
 * @param previous the published configuration; undefined: there is none
 * @param now milliseconds since the epoch
 * @returns a copy
 */
export function stampDrains(next: Config, previous: Config | undefined, now: number): Config {
  const pools = Object.entries(next.pools).map(([id, pool]) => {
    const before = previous?.pools[id];
    const origins = pool.origins.map((origin) =>
      stamped(
        origin,
        before?.origins.find(({ name }) => name === origin.name),
        now,
      ),
    );
    return [id, { ...stamped(pool, before, now), origins }] as const;
  });
  return { ...next, pools: Object.fromEntries(pools) };
}

function stamped<T extends Origin | Pool>(one: T, before: Origin | Pool | undefined, now: number): T {
  const { draining_since: _, ...rest } = one;
  const since = before !== undefined && isLeaving(before) ? before.draining_since : undefined;
  if (!isLeaving(one)) return rest as T;
  if (since !== undefined) return { ...rest, draining_since: since } as T;
  // An older Plimsoll published this drain without a time, so its start is not known.
  const unknown = before !== undefined && isLeaving(before) && before.state === one.state;
  return (unknown ? rest : { ...rest, draining_since: now }) as T;
}
