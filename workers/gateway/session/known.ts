import { type HealthDocument, stateOf } from '../../../shared/contracts/health.ts';
import { getOrMake } from '../../../shared/maps.ts';
import type { Balancer, Config, Origin, Pool } from '../../../shared/model/config.ts';
import { poolsOf } from '../../../shared/model/effective.ts';
import type { Exchange } from '../exchange/exchange.ts';

/** Everything that decides where a session goes, apart from the claim of the request. */
export interface Known {
  config: Config;
  balancer: Balancer;
  health: HealthDocument | undefined;
  /** The client's address. */
  client: string;
  /** Milliseconds since the epoch. */
  now: number;
}

/** {@link Known} for a request. */
export function knownTo({ client, compiled, balancer, isolate }: Exchange): Known {
  return {
    config: compiled.document.config,
    balancer,
    health: isolate.health.current,
    client: client.address,
    now: isolate.now(),
  };
}

/** Whether active checks find an origin down. */
export function isDown(pool: Pool, { id }: Origin, { health }: Known): boolean {
  return pool.monitor !== undefined && stateOf(health, id) === 'down';
}

const pools_of = new WeakMap<Balancer, ReadonlySet<string>>();

/** Whether a balancer may use a pool. Its pools are found once for each configuration. */
export function mayUse(balancer: Balancer, pool: string): boolean {
  return getOrMake(pools_of, balancer, setOfPools).has(pool);
}

function setOfPools(balancer: Balancer): ReadonlySet<string> {
  return new Set(poolsOf(balancer));
}
