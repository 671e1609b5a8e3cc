import { usable } from '../../../shared/balancing/usable.ts';
import { byPreference } from '../../../shared/hashing/rendezvous.ts';
import type { Origin } from '../../../shared/model/config.ts';
import type { Exchange } from '../exchange/exchange.ts';

/**
 * The other origins of a ranking's pools. A ranking has no more origins than the request has attempts. If some of these are ejected
 * or full, the spares take their places, in the order of the key. Without a key they start at a random origin, so that no single
 * origin gets all of these requests.
 */
export function spares({ compiled, isolate }: Exchange, origins: readonly Origin[], key?: string): Origin[] {
  const pools = new Set(origins.flatMap(({ id }) => compiled.pools.get(id) ?? []));
  const found = [...pools].flatMap((pool) =>
    pool.origins.filter(
      (origin) => !origins.includes(origin) && usable(origin, pool, isolate.health.current),
    ),
  );
  if (key !== undefined) return byPreference(found, key);
  const first = Math.floor(isolate.random() * found.length);
  return [...found.slice(first), ...found.slice(0, first)];
}
