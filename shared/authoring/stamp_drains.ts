import type { Config, Origin, Pool } from '../model/config.ts';
import { isLeaving } from '../model/standing.ts';

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
