import { usable } from '../../../shared/balancing/usable.ts';
import { rendezvous } from '../../../shared/hashing/rendezvous.ts';
import type { Origin, Pool } from '../../../shared/model/config.ts';
import type { Exchange } from '../exchange/exchange.ts';

/**
 * The other origins of a ranking's pools. A ranking is no longer than the attempts allowed, so where some of its origins are
 * ejected or full, these take their places. They stand in the order of the key; without one they begin at a random origin, so
 * that no single one is flooded.
 */
export function spares({ compiled, isolate }: Exchange, origins: readonly Origin[], key?: string): Origin[] {
  const pools = new Set<Pool>();
  for (const { id } of origins) {
    const pool = compiled.pools.get(id);
    if (pool !== undefined) pools.add(pool);
  }
  const found: Origin[] = [];
  for (const pool of pools)
    for (const origin of pool.origins)
      if (!origins.includes(origin) && usable(origin, pool, isolate.health.current)) found.push(origin);
  if (key !== undefined) {
    const order = rendezvous(
      found.map(({ id, weight }) => ({ key: id, weight })),
      key,
    );
    return order.flatMap((id) => found.find((origin) => origin.id === id) ?? []);
  }
  const first = Math.floor(isolate.random() * found.length);
  return [...found.slice(first), ...found.slice(0, first)];
}
