import { poolState } from '../../shared/balancing/pool_state.ts';
import { type HealthDocument, stateOf } from '../../shared/contracts/health.ts';
import type { CheckStatus, OriginStatus, PoolStatus } from '../../shared/contracts/status.ts';
import type { Balancer, Config, Monitor, Origin, Pool } from '../../shared/model/config.ts';
import { membersOf, probedUrl } from '../../shared/model/probe_target.ts';
import { servesSessionsUntil, standingOf } from '../../shared/model/standing.ts';
import type { Signals } from './signals/read_signals.ts';

/**
 * @param health undefined: every origin's state is unknown
 * @param signals undefined: nothing is known about traffic and ejections
 */
export function poolStatus(
  pool: Pool,
  balancer: Balancer,
  config: Config,
  health: HealthDocument | undefined,
  signals: Signals | undefined,
): PoolStatus {
  const monitors = membersOf(pool, config).flatMap(({ monitor }) => config.monitors[monitor] ?? []);
  const origins = pool.origins.map((origin) => ({
    ...originStatus(origin, pool, balancer, health, signals),
    checks: monitors.map((monitor) => checkStatus(origin, monitor)),
  }));
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
    origin_policy: pool.origin_policy,
    ...trialsOf(pool),
    script_failures:
      signals === undefined ? null : (signals.script_failures.get(`${balancer.id} ${pool.id}`) ?? []),
    origins,
  };
}

/** The policies on trial beside the live one. */
export function trialsOf({
  canary,
  shadow,
}: Pick<Pool, 'canary' | 'shadow'>): Pick<PoolStatus, 'canary' | 'shadow'> {
  return {
    canary: canary === undefined ? null : { policy: canary.policy, percent: canary.percent },
    shadow: shadow?.policy ?? null,
  };
}

function checkStatus(origin: Origin, monitor: Monitor): CheckStatus {
  const { id, interval_ms } = monitor;
  return { monitor: id, url: probedUrl(origin, monitor), interval_ms };
}

function originStatus(
  origin: Origin,
  pool: Pool,
  { id: balancer, session }: Balancer,
  health: HealthDocument | undefined,
  signals: Signals | undefined,
): Omit<OriginStatus, 'checks'> {
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
    operator_state: origin.state ?? 'ready',
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
