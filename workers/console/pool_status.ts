import { type PoolState, poolState } from '../../shared/balancing/pool_state.ts';
import type { ProbeReason } from '../../shared/contracts/carrying.ts';
import { type HealthDocument, type OriginState, stateOf } from '../../shared/contracts/health.ts';
import type { Balancer, Origin, Pool } from '../../shared/model/config.ts';
import { type Standing, servesSessionsUntil, standingOf } from '../../shared/model/standing.ts';
import type { Ejection } from './signals/ejections.ts';
import type { OriginTraffic, Signals } from './signals/read_signals.ts';
import type { ScriptFailure } from './signals/script_failures.ts';

/** One pool as one balancer sees it. */
export interface PoolStatus {
  id: string;
  state: PoolState;
  enabled: boolean;
  /** The operator's state for the whole pool. */
  operator_state: 'ready' | 'drain' | 'maintenance';
  /** Whether it is the balancer's fallback pool. */
  fallback: boolean;
  monitor: string | null;
  minimum_origins: number;
  /** Strategy scripts that `random` replaced. Null: not known. */
  script_failures: ScriptFailure[] | null;
  origins: OriginStatus[];
}

export interface OriginStatus {
  id: string;
  name: string;
  /** Scheme, address and port. */
  address: string;
  enabled: boolean;
  weight: number;
  /** The operator's state for the origin, including that of its pool. */
  standing: Standing;
  /** When it stops serving this balancer's sessions. Null: it is ready, the balancer has no sessions, or no end is set. */
  drains_until: string | null;
  /** The state according to probes. */
  state: OriginState;
  /** Null: the state is not known. */
  since: string | null;
  /** Why it is not up. */
  reason: ProbeReason | null;
  /** Whether it is held back because it falls too often. Its state is then `degraded` at best. */
  flapping: boolean;
  /** State by prober. Empty if there is only one. */
  regions: Record<string, OriginState>;
  /** Smoothed round-trip time of successful probes, by prober. */
  rtt_ms: Record<string, number>;
  /** Traffic of this balancer in the last `signals.traffic_s` seconds. Null: not known. */
  traffic: OriginTraffic | null;
  /** Isolates of the gateway that eject it because of its responses, whatever probes say. Null: none, or not known. */
  ejection: Ejection | null;
}

/**
 * @param health undefined: every origin's state is unknown
 * @param signals undefined: nothing is known about traffic and ejections
 */
export function poolStatus(
  pool: Pool,
  balancer: Balancer,
  health: HealthDocument | undefined,
  signals: Signals | undefined,
): PoolStatus {
  const origins = pool.origins.map((origin) => originStatus(origin, pool, balancer, health, signals));
  const counting = origins.filter(({ enabled, standing }) => enabled && standing !== 'maintenance');
  const states = counting.map(({ state }) => state);
  return {
    id: pool.id,
    state: poolState(states, pool.minimum_origins),
    enabled: pool.enabled,
    operator_state: pool.state ?? 'ready',
    fallback: pool.id === balancer.fallback_pool,
    monitor: pool.monitor ?? null,
    minimum_origins: pool.minimum_origins,
    script_failures:
      signals === undefined ? null : (signals.script_failures.get(`${balancer.id} ${pool.id}`) ?? []),
    origins,
  };
}

function originStatus(
  origin: Origin,
  pool: Pool,
  { id: balancer, session }: Balancer,
  health: HealthDocument | undefined,
  signals: Signals | undefined,
): OriginStatus {
  // Without a monitor, health is ignored. The document may still contain a state from an older configuration.
  const state = pool.monitor === undefined ? 'unknown' : stateOf(health, origin.id);
  const known = state === 'unknown' ? undefined : health?.origins[origin.id];
  const until = session === undefined ? 0 : servesSessionsUntil(pool, origin, session);
  return {
    id: origin.id,
    name: origin.name,
    address: origin.url,
    enabled: origin.enabled,
    weight: origin.weight,
    standing: standingOf(pool, origin),
    drains_until: until > 0 && Number.isFinite(until) ? new Date(until).toISOString() : null,
    state,
    since: known === undefined ? null : new Date(known.since).toISOString(),
    reason: known?.reason ?? null,
    flapping: known?.flapping ?? false,
    regions: known?.regions ?? {},
    rtt_ms: known?.rtt_ms ?? {},
    traffic:
      signals === undefined
        ? null
        : (signals.traffic.get(`${balancer} ${origin.id}`) ?? { requests: 0, errors: 0, p95_ms: null }),
    ejection: signals?.ejections.get(origin.id) ?? null,
  };
}
