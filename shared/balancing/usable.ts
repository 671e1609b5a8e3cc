import { type HealthDocument, stateOf } from '../contracts/health.ts';
import type { Origin, Pool } from '../model/config.ts';
import { standingOf } from '../model/standing.ts';

/** Whether an origin takes new traffic according to the configuration. */
export function takesTraffic(origin: Origin, pool: Pool): boolean {
  return origin.weight > 0 && standingOf(pool, origin) === 'ready';
}

/** Whether an origin takes new traffic and probes do not find it down. */
export function usable(origin: Origin, pool: Pool, health: HealthDocument | undefined): boolean {
  const watched = pool.monitor !== undefined;
  return takesTraffic(origin, pool) && (!watched || stateOf(health, origin.id) !== 'down');
}
