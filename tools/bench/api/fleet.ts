// Bodies of a large account, as a client of Cloudflare's API sends them.

/** Pools of each balancer. */
export const POOLS_PER_BALANCER = 2;

/** The monitor of every pool. */
export function monitorBody(): object {
  return { type: 'https', path: '/health', interval: 60, timeout: 5, expected_codes: '2xx' };
}

/** @param pool number from 0 */
export function poolBody(pool: number, origins: number, monitor_id: string): object {
  return {
    name: `pool-${pool}`,
    monitor: monitor_id,
    origin_steering: { policy: 'random' },
    origins: Array.from({ length: origins }, (_, i) => ({
      name: `origin-${pool}-${i}`,
      address: `origin-${pool}-${i}.example.com`,
      enabled: true,
      weight: 1,
    })),
  };
}

/** @param balancer number from 0 */
export function balancerBody(balancer: number, pool_ids: readonly string[]): object {
  return {
    name: `host-${balancer}.example.com`,
    default_pools: pool_ids,
    fallback_pool: pool_ids.at(-1),
    steering_policy: 'random',
    proxied: true,
  };
}
