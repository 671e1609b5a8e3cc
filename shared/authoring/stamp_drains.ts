import type { Config, Origin, Pool } from '../model/config.ts';
import { isLeaving } from '../model/standing.ts';

/**
 * Notes in a configuration that is about to be published when each of its drains began, so that every isolate counts
 * from the same moment: one that goes on keeps its time, a new one begins now.
 * @param next what is to be published, without stamps
 * @param previous what is published; absent: nothing is
 * @param now milliseconds since the epoch
 * @returns a copy; `next` stays as it is
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
  // Published as it is by a Plimsoll that noted no time: nobody knows it now.
  const unknown = before !== undefined && isLeaving(before) && before.state === one.state;
  return (unknown ? rest : { ...rest, draining_since: now }) as T;
}
