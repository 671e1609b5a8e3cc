import { type DraftConfig, type DraftOrigin, type DraftPool, items } from '../draft.ts';

// Questions of several checks about pools. An invalid field counts as valid, because it has its own error.

type FindPool = (reference: string) => DraftPool | undefined;

const finders = new WeakMap<DraftConfig, FindPool>();

/** Finds a pool by id or name; ids win, as in ids.ts. Made once for each configuration. */
export function poolFinder(config: DraftConfig): FindPool {
  const known = finders.get(config);
  if (known !== undefined) return known;
  const pools = items(config.pools);
  const found = new Map<string, DraftPool>();
  for (const pool of pools) if (pool.name !== undefined) found.set(pool.name, pool);
  for (const pool of pools) if (pool.id !== undefined) found.set(pool.id, pool);
  const find: FindPool = (reference) => found.get(reference);
  finders.set(config, find);
  return find;
}

/** Whether a pool could take new requests if all of its origins were healthy. */
export function canServe(pool: DraftPool): boolean {
  return canServeAsFallback(pool) && countingOrigins(pool).length >= Math.max(1, pool.minimum_origins ?? 0);
}

/** {@link canServe} for a fallback pool, which ignores health and `minimum_origins`. */
export function canServeAsFallback(pool: DraftPool): boolean {
  if (pool.enabled === false || (pool.state ?? 'ready') !== 'ready') return false;
  return (
    pool.origins === undefined || pool.origins.some((origin) => origin === undefined || takesNew(origin))
  );
}

/** The origins that count for `minimum_origins`. */
export function countingOrigins({ origins = [undefined] }: DraftPool): readonly (DraftOrigin | undefined)[] {
  return origins.filter((origin) => origin?.enabled !== false && origin?.state !== 'maintenance');
}

function takesNew({ enabled, state = 'ready', weight }: DraftOrigin): boolean {
  return enabled !== false && state === 'ready' && weight !== 0;
}

/** The monitors that pools and monitor groups name. */
export function namedMonitors(config: DraftConfig): (string | undefined)[] {
  const members = items(config.monitor_groups).flatMap((group) => items(group.members));
  return [
    ...items(config.pools).map(({ monitor }) => monitor),
    ...members.map(({ monitor_id }) => monitor_id),
  ];
}
