import type { OriginState } from '../contracts/health.ts';

/**
 * The health of a pool, by the states of its enabled origins that are not in maintenance.
 *
 * - `healthy`: all are up.
 * - `degraded`: some are down or degraded, but enough can serve.
 * - `critical`: fewer than `minimum_origins` can serve, or none.
 * - `unknown`: no monitor, no results, or outdated results. The pool serves.
 */
export type PoolState = 'healthy' | 'degraded' | 'critical' | 'unknown';

/** The state of a pool from those of its enabled origins. */
export function poolState(states: readonly OriginState[], minimum_origins: number): PoolState {
  const serving = states.filter((state) => state !== 'down').length;
  // Without an origin that can serve, a pool is down even if the minimum is 0.
  if (serving < Math.max(minimum_origins, 1)) return 'critical';
  if (states.some((state) => state === 'down' || state === 'degraded')) return 'degraded';
  return states.every((state) => state === 'up') ? 'healthy' : 'unknown';
}
