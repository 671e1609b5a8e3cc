import type { Standing } from '../model/standing.ts';
import type { ProbeReason } from './carrying.ts';
import type { OriginState } from './health.ts';

// What `GET /api/status` answers. The console writes it; the page and `lb` read it.

/**
 * The health of a pool, by the states of its enabled origins that are not in maintenance.
 *
 * - `healthy`: all are up.
 * - `degraded`: some are down or degraded, but enough can serve.
 * - `critical`: fewer than `minimum_origins` can serve, or none.
 * - `unknown`: no monitor, no results, or outdated results. The pool serves.
 */
export type PoolState = 'healthy' | 'degraded' | 'critical' | 'unknown';

/** The status for operators, as `/api/status` returns it. Times are ISO 8601. */
export interface Status {
  generated_at: string;
  config: { version: number; hash: string; published_at: string };
  /** Null: not known; `health_reason` says why. */
  health: { version: number; published_at: string; age_ms: number; stale: boolean } | null;
  /** Why every origin counts as unknown. Null: health is known. */
  health_reason: string | null;
  /** The period that traffic below covers. Null: traffic and ejections are not known, so they are null below. */
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
  canary: CanaryStatus | null;
  /** The policy that is asked as well and decides nothing. */
  shadow: string | null;
  session_affinity: 'none' | 'cookie' | 'ip_cookie' | 'header';
  /** Whether it answers every request with its maintenance page. */
  maintenance: boolean;
  /** Every pool it may use: default pools in failover order, then those of its maps and rules, then the fallback pool. */
  pools: PoolStatus[];
}

/** A policy that makes a share of the decisions, 0 to 100. */
export interface CanaryStatus {
  policy: string;
  percent: number;
}

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
  origin_policy: string;
  canary: CanaryStatus | null;
  /** As the balancer's. */
  shadow: string | null;
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
  /** The operator's state for the origin alone. */
  operator_state: PoolStatus['operator_state'];
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
  /** What probes it. Empty: nothing does. */
  checks: CheckStatus[];
  /** State by prober. Empty if there is only one. */
  regions: Record<string, OriginState>;
  /** Smoothed round-trip time of successful probes, by prober. */
  rtt_ms: Record<string, number>;
  /** Traffic of this balancer in the last `signals.traffic_s` seconds. Null: not known. */
  traffic: OriginTraffic | null;
  /** Isolates of the gateway that eject it because of its responses, whatever probes say. Null: none, or not known. */
  ejection: Ejection | null;
}

/** A monitor of an origin. */
export interface CheckStatus {
  monitor: string;
  /** `https://eu-1.example.com:443/health`, `tcp://eu-1.example.com:5432`. */
  url: string;
  interval_ms: number;
}

/** Recent traffic of one balancer to one origin. */
export interface OriginTraffic {
  requests: number;
  /** Responses with a status of 500 or more, and responses that broke off. */
  errors: number;
  /** 95th percentile of the duration up to the last byte. Null: there was no request. */
  p95_ms: number | null;
}

/**
 * Isolates of the gateway that send an origin no requests because of its responses. Independent of the origin's `state`, which
 * comes from probes and applies to all isolates.
 */
export interface Ejection {
  isolates: number;
  /** When the last of them ends. ISO 8601. */
  until: string;
  /** Reason of the newest. */
  reason: string;
}

/** A script that `random` replaced because it failed. */
export interface ScriptFailure {
  /** Name without `script:`. */
  script: string;
  /** `failed`, `too slow`, `not loaded`, `broken`, `has no Worker Loader`. */
  reason: string;
  /** A shadow script affects no request. */
  where: 'live' | 'shadow';
  requests: number;
}
