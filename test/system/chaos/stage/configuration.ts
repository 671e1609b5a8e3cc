import type { Config } from '../../../../shared/config/config.ts';
import { configFrom } from '../../harness/config.ts';

/** Until response headers. Longer than a slow origin takes, and than this machine when it is busy. */
const FIRST_BYTE_MS = 2_500;
/** Less than a slow origin takes. */
const HEDGE_MS = 600;

/** Three pools of four; their origins are `POOL/NAME`. */
export const POOLS: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  ['a', 'b', 'c'].map((pool) => [pool, ['1', '2', '3', '4'].map((name) => `${pool}/${name}`)]),
);

/** Every strategy family has a pool: turns, a count of this isolate's, its latencies. */
const POLICIES = { a: 'round_robin', b: 'least_outstanding_requests', c: 'peak_ewma' } as const;

/**
 * A balancer for each kind of traffic, each with its own first pool and the others behind it.
 * @param ports by origin's id
 * @param drained ids of origins that shall take nothing new
 */
export function configuration(ports: ReadonlyMap<string, number>, drained: ReadonlySet<string>): Config {
  const balancer = (path: string, default_pools: string[]) => ({
    name: '*',
    path,
    default_pools,
    adaptive_routing: { failover_across_pools: true },
    // Three of four origins may be broken at once, and others break while a request is on its way.
    retry: { attempts: 6 },
    timeouts: { first_byte_ms: FIRST_BYTE_MS, total_ms: 25_000, idle_ms: 20_000 },
  });
  return configFrom({
    load_balancers: [
      { ...balancer('/files', ['a', 'b', 'c']), hedging: { after_ms: HEDGE_MS } },
      balancer('/orders', ['b', 'c', 'a']),
      balancer('/records', ['c', 'a', 'b']),
      balancer('/live', ['c', 'b', 'a']),
    ],
    pools: Object.entries(POLICIES).map(([name, policy]) => ({
      name,
      monitor: 'health',
      origin_steering: { policy },
      // A fifth of the usual time, as everything here breaks and mends faster than anywhere else.
      outlier_detection: { base_ejection_s: 6, max_ejection_s: 60 },
      circuit_breaker: { max_inflight: 200, max_queue: 50 },
      slow_start: { window_s: 3 },
      origins: (POOLS[name] ?? []).map((id) => ({
        name: id.slice(name.length + 1),
        address: '127.0.0.1',
        port: ports.get(id) ?? 0,
        state: drained.has(id) ? ('drain' as const) : ('ready' as const),
      })),
    })),
    monitors: [
      {
        id: 'health',
        path: '/health',
        interval: 5,
        timeout: 2,
        retries: 0,
        consecutive_up: 1,
        consecutive_down: 1,
      },
    ],
  });
}
