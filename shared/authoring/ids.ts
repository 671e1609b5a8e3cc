import { canonicalHost, canonicalPath } from '../http/host.ts';

// Ids with their defaults, and references resolved to them.

/** Gives the id of the pool that a reference, an id or a name, means. A reference to no pool stays as it is. */
export type IdOf = (reference: string) => string;

interface Named {
  id?: string | undefined;
  name: string;
}

/** A pool's id: `id`, else its name. */
export function poolId({ id, name }: Named): string {
  return id ?? name;
}

/** A load balancer's id: `id`, else its host and path. */
export function balancerId({ id, name, path }: Named & { path: string }): string {
  const prefix = canonicalPath(path);
  return id ?? `${canonicalHost(name)}${prefix === '/' ? '' : prefix}`;
}

/** Resolves references to these pools. A name that is also the id of another pool means the other. */
export function idOfPools(pools: readonly Named[]): IdOf {
  const ids = new Map(pools.map((pool) => [pool.name, poolId(pool)] as const));
  for (const pool of pools) ids.set(poolId(pool), poolId(pool));
  return (reference) => ids.get(reference) ?? reference;
}
