import type { FilledConfig } from '../authoring/schema.ts';
import type { SteeringOptions } from '../authoring/strategy_options.ts';
import type { RateLimitKey } from '../authoring/traffic.ts';
import type { RegionCode } from '../geo/regions.ts';
import type { Expression } from '../rules/expression.ts';
import type { OriginId } from './ids.ts';

// The normalised configuration: what normalise() makes of a valid file, what KV holds and Workers read. Types
// only; nothing in it is optional that a default could fill.

type FilledBalancer = FilledConfig['load_balancers'][number];
type FilledPool = FilledConfig['pools'][number];
type FilledMonitor = FilledConfig['monitors'][number];
type FilledAttributes = NonNullable<FilledBalancer['session_affinity_attributes']>;

export type SteeringPolicy = Exclude<FilledBalancer['steering_policy'], ''>;
export type OriginPolicy = FilledPool['origin_steering']['policy'];
type FilledRetry = FilledBalancer['retry'];
type FilledTimeouts = FilledBalancer['timeouts'];
type RetryCondition = NonNullable<FilledRetry['on']>[number];

/** Failures that bring no answer with a status. */
export type FailureCondition = Exclude<RetryCondition, 'gateway_error' | '5xx'>;

/** What a version from before a field existed has published lacks it: its feature is off then. */
export interface Retry extends Pick<FilledRetry, 'attempts' | 'max_body_bytes' | 'also_methods'> {
  /** Absent: all of them. */
  on?: FailureCondition[];
  /** Those that `gateway_error` and `5xx` mean included. */
  on_status: number[];
  same_origin?: true;
  backoff?: FilledRetry['backoff'];
  budget?: FilledRetry['budget'];
}
export type Backoff = FilledRetry['backoff'];
export type Budget = FilledRetry['budget'];

/** `first_byte_ms` is per attempt. Absent: no limit. */
export type Timeouts = Pick<FilledTimeouts, 'first_byte_ms'> & Partial<FilledTimeouts>;

/** After so long, or at that percentile of this balancer's answers. */
export type Hedging = { after_ms: number } | { percentile: number };
export type Maintenance = NonNullable<FilledBalancer['maintenance']>;

export type LoadShedding = Omit<NonNullable<FilledPool['load_shedding']>, 'session_policy'>;
export type Mirror = NonNullable<FilledBalancer['mirror']>;
export type SlowStart = NonNullable<FilledPool['slow_start']>;
export type OutlierDetection = Omit<FilledPool['outlier_detection'], 'enabled'>;
export type CircuitBreaker = NonNullable<FilledPool['circuit_breaker']>;

/** How many requests may come, and who counts them. */
export interface RateLimit {
  /** Name of the gateway's binding to the limiter: `RATE_LIMIT`, `RATE_LIMIT_API`. */
  binding: string;
  by: RateLimitKey;
  retry_after_s: number;
}

/** A policy on trial, among the pools of a balancer or the origins of a pool. */
export interface Trial<Policy extends string> {
  policy: Policy;
  /** Absent: those of the policy that is live. */
  options?: SteeringOptions;
}

/** A trial that makes a share of the decisions. */
export interface Canary<Policy extends string> extends Trial<Policy> {
  /** 0 to 100. */
  percent: number;
  /** By client, instead of drawn for each decision. */
  sticky: boolean;
}

/** What an operator can say of an origin or a pool beside `enabled`; absent: ready. */
export type OperatorState = 'drain' | 'maintenance';

/** Session affinity of a balancer. */
export interface Session {
  by: 'cookie' | 'ip_cookie' | 'header';
  /** From the beginning of a session; for `header` no session ends. */
  ttl_ms: number;
  /** Absent: see standing.ts. */
  drain_ms?: number;
  zero_downtime_failover: FilledAttributes['zero_downtime_failover'];
  /** The cookie's name: no two balancers of one host have the same. */
  cookie: string;
  samesite: FilledAttributes['samesite'];
  secure: FilledAttributes['secure'];
  /** For `header`, in lower case: names of headers, `cookie`, `cookie:a,b`. */
  headers: string[];
  require_all_headers: boolean;
}

/** One origin of a pool. */
export interface Origin {
  id: OriginId;
  name: string;
  /** Hostname or address without port. */
  address: string;
  /** Scheme, address and port: `https://eu-1.example.com:8443`, without a trailing slash. */
  url: string;
  /** What `Host` shall be when it is not the address. */
  host?: string;
  /** Name of the gateway's binding to its proxy Worker: `PROXY`, `PROXY_EU`. */
  proxy: string;
  enabled: boolean;
  state?: OperatorState;
  /** When it was published that it takes no new sessions, milliseconds since the epoch; see stamp_drains.ts. */
  draining_since?: number;
  weight: number;
}

export interface Pool {
  id: string;
  enabled: boolean;
  state?: OperatorState;
  /** As an origin's. */
  draining_since?: number;
  origins: Origin[];
  minimum_origins: number;
  /** Id of its monitor, or of its monitor group; absent: health is ignored. */
  monitor?: string;
  /** Set, and equal to `monitor`, where that is a group. */
  monitor_group?: string;
  /** None twice. Absent: one prober, wherever it is. */
  check_regions?: RegionCode[];
  /** Absent: everything is told. */
  notification_filter?: NotificationFilter;
  origin_policy: OriginPolicy;
  /** Absent: every option has its default (strategy_defaults.ts). */
  origin_options?: SteeringOptions;
  canary?: Canary<OriginPolicy>;
  /** Asked the same as `origin_policy`, and decides nothing. */
  shadow?: Trial<OriginPolicy>;
  /** Absent: an origin that comes up has its whole weight at once. */
  slow_start?: SlowStart;
  /** Absent: off. */
  outlier_detection?: OutlierDetection;
  /** Absent: none. */
  circuit_breaker?: CircuitBreaker;
  /** Absent: 0, never. */
  panic_threshold_percent?: number;
  /** Absent: 0, degraded origins stand behind the others. */
  degraded_weight?: number;
  /** Absent: nothing is kept away. */
  load_shedding?: LoadShedding;
  /** Of one request, in any unit; for `cost`. */
  cost?: number;
  /** Requests a second. */
  capacity?: number;
  /** Degrees; both or neither. */
  latitude?: number;
  longitude?: number;
}

export interface Monitor
  extends Pick<
    FilledMonitor,
    | 'id'
    | 'type'
    | 'method'
    | 'path'
    | 'port'
    | 'expected_codes'
    | 'expected_body'
    | 'follow_redirects'
    | 'retries'
  > {
  interval_ms: number;
  timeout_ms: number;
  /** 1 or more. */
  consecutive_up: number;
  consecutive_down: number;
  /** One value a name; `Host` included. */
  headers: Record<string, string>;
}

/** One monitor of a group; those that are not enabled are left out. */
export interface GroupMember {
  /** Id of the monitor. */
  monitor: string;
  must_be_healthy?: true;
  monitoring_only?: true;
}

/** What is told of a pool, and of its origins; absent: all. */
export interface NotificationFilter {
  pool?: Filter;
  origin?: Filter;
}

export interface Filter {
  disable?: true;
  /** `true`: only recoveries, `false`: only the others. */
  healthy?: boolean;
}

/** A webhook. */
export interface Notification {
  name: string;
  url: string;
  /** Pool ids; absent: all. */
  pools?: string[];
}

export interface Balancer {
  id: string;
  /** `app.example.com`, `*.example.com` or `*`. */
  host: string;
  /** Path prefix, `/` or without a trailing slash. */
  path: string;
  enabled: boolean;
  /** Never `''`: resolved to `geo` or `off`. */
  steering_policy: SteeringPolicy;
  /** Absent: every option has its default (strategy_defaults.ts). */
  steering_options?: SteeringOptions;
  canary?: Canary<SteeringPolicy>;
  /** Asked the same as `steering_policy`, and decides nothing. */
  shadow?: Trial<SteeringPolicy>;
  default_pools: string[];
  fallback_pool: string;
  region_pools: Record<string, string[]>;
  country_pools: Record<string, string[]>;
  pop_pools: Record<string, string[]>;
  /** Weight of every pool it may use, by pool id. */
  pool_weights: Record<string, number>;
  failover_across_pools: boolean;
  retry: Retry;
  timeouts: Timeouts;
  /** Absent: off. */
  hedging?: Hedging;
  /** Addresses and ranges whose `X-Forwarded-*` count. Absent: nobody's. */
  trusted_proxies?: string[];
  /** Whether redirects of an origin to itself lead clients back here. Absent: they do. */
  rewrite_redirects?: false;
  /** Absent: no client is kept on an origin. */
  session?: Session;
  /** Absent: nothing is said of it, and it is off. */
  maintenance?: Maintenance;
  /** Absent: no request is refused. */
  rate_limit?: RateLimit;
  /** Absent: no request is copied. Its pool is an id. */
  mirror?: Mirror;
  /** In the order in which they are looked at; absent: none. */
  rules?: Rule[];
  /**
   * Pool sets in their order. The first whose condition holds applies, before the rules. They are not among the rules, because
   * a gateway of an older version would apply all that match; without this field it serves without them.
   */
  pool_sets?: Rule[];
}

/** Under which condition a request is served otherwise, or answered at once. */
export interface Rule {
  /** No two of a balancer alike. */
  name: string;
  /** Absent: always true. */
  condition?: Expression;
  /** Whether no later rule is looked at when this one applies. */
  terminates?: true;
  overrides?: Overrides;
  /** Terminates. */
  fixed_response?: FixedResponse;
}

/** What takes the place of a balancer's own. */
export type Overrides = Partial<
  Pick<
    Balancer,
    | 'default_pools'
    | 'fallback_pool'
    | 'region_pools'
    | 'country_pools'
    | 'pop_pools'
    | 'steering_policy'
    | 'pool_weights'
    | 'failover_across_pools'
  >
> & {
  /** null: no client is kept on an origin. */
  session?: Session | null;
};

/** An answer that no origin gave. */
export interface FixedResponse {
  status_code: number;
  content_type: string;
  message_body: string;
  location?: string;
}

/** All of it, by id. */
export interface Config {
  balancers: Balancer[];
  pools: Record<string, Pool>;
  monitors: Record<string, Monitor>;
  /** Absent: none. */
  monitor_groups?: Record<string, GroupMember[]>;
  notifications?: Notification[];
}

/** The key of the configuration document in KV. */
export const CONFIG_KEY = 'config';

/** The published configuration: one atomic version. */
export interface ConfigDocument {
  /** Of this document's shape. A reader that does not know it keeps what it has. */
  format: 1;
  /** Grows by one with every publication; 0 is the copy bundled at deploy. */
  version: number;
  /** SHA-256 of the normalised configuration's canonical JSON, in hex. */
  hash: string;
  /** ISO 8601. */
  published_at: string;
  config: Config;
}
