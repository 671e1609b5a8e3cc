import type { OriginState } from '../contracts/health.ts';

/**
 * What probes say of a pool's enabled origins that are not in maintenance.
 *
 * - `healthy`: every one is up.
 * - `degraded`: some are down or degraded, enough are left.
 * - `critical`: fewer than `minimum_origins` can serve, or none.
 * - `unknown`: nobody knows: no monitor, no results, or results too old. It serves.
 */
export type PoolState = 'healthy' | 'degraded' | 'critical' | 'unknown';

/** The state of a pool from those of its enabled origins. */
export function poolState(states: readonly OriginState[], minimum_origins: number): PoolState {
  const serving = states.filter((state) => state !== 'down').length;
  // Without a single origin a pool is down, whatever the minimum.
  if (serving < Math.max(minimum_origins, 1)) return 'critical';
  if (states.some((state) => state === 'down' || state === 'degraded')) return 'degraded';
  return states.every((state) => state === 'up') ? 'healthy' : 'unknown';
}
