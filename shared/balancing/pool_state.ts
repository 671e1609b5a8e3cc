import type { OriginState } from '../contracts/health.ts';
import type { PoolState } from '../contracts/status.ts';

/** The state of a pool from those of its enabled origins. */
export function poolState(states: readonly OriginState[], minimum_origins: number): PoolState {
  const serving = states.filter((state) => state !== 'down').length;
  // Without an origin that can serve, a pool is down even if the minimum is 0.
  if (serving < Math.max(minimum_origins, 1)) return 'critical';
  if (states.some((state) => state === 'down' || state === 'degraded')) return 'degraded';
  return states.every((state) => state === 'up') ? 'healthy' : 'unknown';
}
