import type { RegionCode } from '../geo/regions.ts';
import type { OriginId } from './ids.ts';
import type { NotificationFilter } from './monitor.ts';
import type { Canary, SettleBy, SteeringOptions, Trial } from './steering.ts';

/** Interchangeable origins. */
export interface Pool {
  id: string;
  enabled: boolean;
  state?: OperatorState;
  /** As an origin's. */
  draining_since?: number;
  /** In failover order. */
  origins: Origin[];
  /** The pool is down when fewer origins than this can serve. */
  minimum_origins: number;
  /** Id of the monitor or monitor group. Absent: health is ignored. */
  monitor?: string;
  /** Equal to `monitor` if that is a group. Absent: it is a single monitor. */
  monitor_group?: string;
  /** Regions to probe from, without duplicates. Absent: one prober, wherever it runs. */
  check_regions?: RegionCode[];
  /** Absent: every change is notified. */
  notification_filter?: NotificationFilter;
  /** Name of a strategy, or `script:NAME`. */
  origin_policy: string;
  /** Absent: every option has its default (strategy_defaults.ts). */
  origin_options?: SteeringOptions;
  /**
   * How the gateway settles rankings of `origin_policy`. It then measures requests that come without a ranking as well. Absent: the
   * policy names no finalists, it is a script, or the document is of an older version.
   */
  settled_by?: SettleBy;
  canary?: Canary;
  shadow?: Trial;
  /** Absent: an origin that comes up gets its full weight at once. */
  slow_start?: SlowStart;
  /** Absent: off. */
  outlier_detection?: OutlierDetection;
  /** Absent: any number of requests in flight. */
  circuit_breaker?: CircuitBreaker;
  /** Health is ignored when fewer of the enabled origins than this can serve. Absent: 0, never. */
  panic_threshold_percent?: number;
  /** Factor on the weight of a degraded origin, 0 to 1. Absent: 0, degraded origins come after all others. */
  degraded_weight?: number;
  /** Absent: no traffic is shed. */
  load_shedding?: LoadShedding;
  /** Cost of one request, in any unit, for the policy `cost`. */
  cost?: number;
  /** Requests per second that it can carry. */
  capacity?: number;
  /** Degrees. Set together with `longitude`, or not at all. */
  latitude?: number;
  longitude?: number;
}

/** How the weight of an origin that has come up grows: weight * max(min_weight, (age / window) ^ (1 / aggression)). */
export interface SlowStart {
  window_s: number;
  aggression: number;
  /** Factor on the weight at the start, 0 to 1. */
  min_weight: number;
}

/** When an origin that fails requests is ejected. */
export interface OutlierDetection {
  consecutive_failures: number;
  /** Share of failures in an interval. */
  failure_percent: number;
  /** Requests in an interval below which the share is ignored. */
  minimum_requests: number;
  interval_s: number;
  base_ejection_s: number;
  max_ejection_s: number;
  /** Share of the enabled origins that may be ejected at once. */
  max_ejection_percent: number;
}

/** How many requests each origin takes at once. */
export interface CircuitBreaker {
  /** Per origin and isolate. */
  max_inflight: number;
  /** Requests that may wait while all origins are full. */
  max_queue: number;
  /** The longest wait. */
  queue_ms: number;
}

/** Traffic that is kept away from a pool. */
export interface LoadShedding {
  /** Share of the requests outside sessions. */
  default_percent: number;
  /** `random`: drawn for each request. `hash`: a client is always in the share or never. */
  default_policy: 'random' | 'hash';
  /** Share of the sessions, by client. */
  session_percent: number;
}

/** What an operator has set an origin or a pool to. Absent: ready. */
export type OperatorState = 'drain' | 'maintenance';

/** One origin of a pool. */
export interface Origin {
  id: OriginId;
  /** Unique in its pool. */
  name: string;
  /** Hostname or IP address, without port. */
  address: string;
  /** Scheme, address and port, without a trailing slash: `https://eu-1.example.com:8443`. */
  url: string;
  /** The `Host` that the origin sees. Absent: its address. */
  host?: string;
  /** The gateway's binding to the origin's proxy Worker: `PROXY`, `PROXY_EU`. */
  proxy: string;
  enabled: boolean;
  state?: OperatorState;
  /** When a version was published in which it takes no new sessions; milliseconds since the epoch. See stampDrains(). */
  draining_since?: number;
  /** Relative to the other origins of the pool, 0 to 1. 0: no new traffic. */
  weight: number;
}
