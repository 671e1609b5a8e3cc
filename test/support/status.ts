import type { OriginStatus, PoolStatus, Status } from '../../shared/contracts/status.ts';

// Parts of a status as the console answers it: what a test does not name is ordinary.

/** The time of every status here. */
export const SEEN_AT = '2026-11-01T10:00:00.000Z';

/** @param id `pool/origin` */
export function originStatus(id: string, change: Partial<OriginStatus> = {}): OriginStatus {
  return {
    ...{ id, name: id.split('/')[1] ?? '', address: 'https://o.example.com', enabled: true, weight: 1 },
    ...{
      standing: 'ready',
      drains_until: null,
      state: 'up',
      since: '2026-11-01T08:00:00.000Z',
      reason: null,
    },
    ...{ flapping: false, checks: [], regions: {}, rtt_ms: {}, ejection: null },
    operator_state: 'ready',
    traffic: { requests: 300, errors: 0, p95_ms: 5 },
    ...change,
  };
}

export function poolStatus(
  id: string,
  origins: OriginStatus[],
  change: Partial<PoolStatus> = {},
): PoolStatus {
  return {
    ...{ id, state: 'healthy', enabled: true, operator_state: 'ready', fallback: false, monitor: 'm' },
    ...{ minimum_origins: 1, origin_policy: 'random', canary: null, shadow: null, script_failures: [] },
    origins,
    ...change,
  };
}

/** A status with a load balancer for each id, which all use the same pools. */
export function statusOf(pools: PoolStatus[], balancers: readonly string[] = ['shop']): Status {
  return {
    ...{ generated_at: SEEN_AT, config: { version: 7, hash: '', published_at: '2026-11-01T09:00:00.000Z' } },
    ...{ health: null, health_reason: null, signals: { traffic_s: 300 }, signals_reason: null },
    balancers: balancers.map((id) => ({
      ...{ id, host: '*', path: '/', enabled: true, steering_policy: 'off', canary: null, shadow: null },
      ...{ session_affinity: 'none', maintenance: false, pools },
    })),
  };
}
