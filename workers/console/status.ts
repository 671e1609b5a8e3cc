import { type PoolState, poolState } from '../../shared/balancing/pool_state.ts';
import type { ProbeReason } from '../../shared/contracts/carrying.ts';
import { type HealthDocument, isStale, type OriginState, stateOf } from '../../shared/contracts/health.ts';
import type { Balancer, ConfigDocument, Origin, Pool } from '../../shared/model/config.ts';
import { poolsWithRules } from '../../shared/model/pools_of.ts';
import { type Standing, servesSessionsUntil, standingOf } from '../../shared/model/standing.ts';
import type { Ejection } from './signals/ejections.ts';
import type { OriginTraffic, Signals } from './signals/read_signals.ts';
import type { ScriptFailure } from './signals/script_failures.ts';

/** The status for operators, as `/api/status` answers it. Times are ISO 8601. */
export interface Status {
  generated_at: string;
  config: { version: number; hash: string; published_at: string };
  /** Null: nothing is known of it, and `health_reason` says why. */
  health: { version: number; published_at: string; age_ms: number; stale: boolean } | null;
  /** Why every origin counts as unknown; null: health is known. */
  health_reason: string | null;
  /** How much traffic the data points below cover. Null: nothing is known of traffic and ejections, so all of it is null below. */
  signals: { traffic_s: number } | null;
  /** Why `signals` is null. */
  signals_reason: string | null;
  balancers: BalancerStatus[];
}

export interface BalancerStatus {
  id: string;
  host: string;
  path: string;
  enabled: boolean;
  steering_policy: string;
  session_affinity: 'none' | 'cookie' | 'ip_cookie' | 'header';
  /** Whether it answers everybody with its maintenance page. */
  maintenance: boolean;
  /** Every pool it may use: default pools in failover order, then those of its maps, then the fallback pool. */
  pools: PoolStatus[];
}

export interface PoolStatus {
  id: string;
  state: PoolState;
  enabled: boolean;
  /** What the operator says of the pool as a whole. */
  operator_state: 'ready' | 'drain' | 'maintenance';
  fallback: boolean;
  monitor: string | null;
  minimum_origins: number;
  /** Strategy scripts for which `random` stood in. */
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
  /** The operator's word on it, its pool's included. */
  standing: Standing;
  /** Until when it goes on serving this balancer's sessions; null: it is ready, has none, or no end is set. */
  drains_until: string | null;
  /** What probes say. */
  state: OriginState;
  /** Null where the state is not known. */
  since: string | null;
  /** Why it is not up. */
  reason: ProbeReason | null;
  /** It falls too often, and is held back: when up, at `degraded`. */
  flapping: boolean;
  /** What each prober says, where there are several. */
  regions: Record<string, OriginState>;
  /** Of the last successful probe, by region of the prober. */
  rtt_ms: Record<string, number>;
  /** What it did for this balancer in the last `signals.traffic_s` seconds. */
  traffic: OriginTraffic | null;
  /** Isolates that keep it out for its answers, whatever probes say. Null: none, or not known. */
  ejection: Ejection | null;
}

const UNPUBLISHED = 'the health Worker has published nothing yet';
const STALE =
  'the health document is too old to be trusted: the health Worker does not run, or cannot write to KV';

/**
 * Joins configuration, health and signals into a status.
 * @param health as it was read just now, or why it could not be read; undefined: nothing was published yet
 * @param now milliseconds since the epoch
 * @param signals what data points say, or why nothing is known of them
 */
export function status(
  document: ConfigDocument,
  health: HealthDocument | string | undefined,
  now: number,
  signals: Signals | string = 'not asked for',
): Status {
  const known = typeof signals === 'string' ? undefined : signals;
  const read = typeof health === 'string' ? undefined : health;
  const unread = typeof health === 'string' ? health : health === undefined ? UNPUBLISHED : null;
  const stale = read !== undefined && isStale(read, now);
  const fresh = stale ? undefined : read;
  const { version, hash, published_at, config } = document;
  return {
    generated_at: iso(now),
    config: { version, hash, published_at },
    health:
      read === undefined
        ? null
        : {
            version: read.version,
            published_at: iso(read.published_at),
            age_ms: Math.max(now - read.published_at, 0),
            stale,
          },
    health_reason: stale ? STALE : unread,
    signals: known === undefined ? null : { traffic_s: known.traffic_s },
    signals_reason: typeof signals === 'string' ? signals : null,
    balancers: config.balancers.map((balancer) => ({
      id: balancer.id,
      host: balancer.host,
      path: balancer.path,
      enabled: balancer.enabled,
      steering_policy: balancer.steering_policy,
      session_affinity: balancer.session?.by ?? 'none',
      maintenance: balancer.maintenance?.enabled ?? false,
      pools: poolsWithRules(balancer)
        .flatMap((id) => config.pools[id] ?? [])
        .map((pool) => ({
          ...poolStatus(pool, balancer, fresh, known),
          fallback: pool.id === balancer.fallback_pool,
        })),
    })),
  };
}

function poolStatus(
  pool: Pool,
  balancer: Balancer,
  health: HealthDocument | undefined,
  signals: Signals | undefined,
): Omit<PoolStatus, 'fallback'> {
  const origins = pool.origins.map((origin) => ({
    ...originStatus(origin, pool, balancer, health),
    ...originSignals(origin, balancer, signals),
  }));
  return {
    id: pool.id,
    state: poolState(
      origins
        .filter(({ enabled, standing }) => enabled && standing !== 'maintenance')
        .map(({ state }) => state),
      pool.minimum_origins,
    ),
    enabled: pool.enabled,
    operator_state: pool.state ?? 'ready',
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
  { session }: Balancer,
  health: HealthDocument | undefined,
): Omit<OriginStatus, 'traffic' | 'ejection'> {
  // Without a monitor, health is ignored: what an older configuration left in the document does not count.
  const state = pool.monitor === undefined ? 'unknown' : stateOf(health, origin.id);
  const known = state === 'unknown' ? undefined : health?.origins[origin.id];
  return {
    id: origin.id,
    name: origin.name,
    address: origin.url,
    enabled: origin.enabled,
    weight: origin.weight,
    standing: standingOf(pool, origin),
    drains_until: session === undefined ? null : endOf(servesSessionsUntil(pool, origin, session)),
    state,
    since: known === undefined ? null : iso(known.since),
    reason: known?.reason ?? null,
    flapping: known?.flapping ?? false,
    regions: known?.regions ?? {},
    rtt_ms: known?.rtt_ms ?? {},
  };
}

function originSignals(
  { id }: Origin,
  balancer: Balancer,
  signals: Signals | undefined,
): Pick<OriginStatus, 'traffic' | 'ejection'> {
  if (signals === undefined) return { traffic: null, ejection: null };
  return {
    traffic: signals.traffic.get(`${balancer.id} ${id}`) ?? { requests: 0, errors: 0, p95_ms: null },
    ejection: signals.ejections.get(id) ?? null,
  };
}

/** Of a drain. */
function endOf(until: number): string | null {
  return until > 0 && Number.isFinite(until) ? iso(until) : null;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
