import * as v from 'valibot';
import {
  bool,
  headerMap,
  hostPattern,
  id,
  oneOf,
  originName,
  path,
  poolMap,
  text,
  weight,
  whole,
} from './fields.ts';

// Cloudflare Load Balancing's objects and field names; every default stands here and nowhere else. This module
// carries valibot: only tools and the console import it, the request path imports its types alone.
// https://developers.cloudflare.com/api/resources/load_balancers/

/** Pool-level policies. `""` means `geo` if a pool map is set, else `off`, as Cloudflare defines it. */
export const STEERING_POLICIES = [
  '',
  'off',
  'random',
  'round_robin',
  'geo',
  'proximity',
  'least_outstanding_requests',
  'hash',
] as const;

/** Origin-level policies. */
export const ORIGIN_POLICIES = [
  'random',
  'round_robin',
  'least_outstanding_requests',
  'hash',
  'off',
] as const;

/** Statuses that mean 'this origin could not serve it': the gateway's own family and Cloudflare's 52x and 530. */
export const RETRY_STATUSES = [502, 503, 504, 520, 521, 522, 523, 524, 525, 526, 530];

export const RetrySchema = v.strictObject({
  /** Origins tried for one request, the first included. Once more by default, as Cloudflare and Envoy do. */
  attempts: v.optional(whole(1, 10), 2),
  /** Statuses that send a request to the next origin. */
  on_status: v.optional(v.array(whole(400, 599), 'a list of statuses from 400 to 599'), RETRY_STATUSES),
  /** Bodies up to this size are kept so that they can be sent again; larger ones are streamed, once. 1 MiB at most. */
  max_body_bytes: v.optional(whole(0, 1_048_576), 65_536),
  /** Methods that may be sent again although an origin may have acted on them: `POST`, `PATCH`. */
  also_methods: v.optional(v.array(oneOf(['POST', 'PATCH', 'LOCK']), 'a list of methods'), []),
});

export const TimeoutsSchema = v.strictObject({
  /**
   * Until an origin's response headers, per attempt, in milliseconds. Half of nginx's 60 s, so that two
   * attempts fit into the 100 s after which Cloudflare answers 524 for us.
   */
  first_byte_ms: v.optional(whole(1, 100_000), 30_000),
});

export const OriginSchema = v.strictObject({
  /** Unique in its pool. */
  name: originName,
  /** Hostname. A bare IP address only works locally: the platform refuses to fetch one. */
  address: v.pipe(
    text,
    v.regex(/^([A-Za-z0-9_.-]{1,253}|\[?[0-9A-Fa-f:.]+\]?)$/, 'a hostname without scheme, port or path'),
  ),
  enabled: v.optional(bool, true),
  /** Share of its pool's traffic. 0: no new traffic, still probed. */
  weight: v.optional(weight, 1),
  /** 0: the scheme's own port. */
  port: v.optional(whole(0, 65_535), 0),
  /** `{ "Host": ["app.example.com"] }`: the Host that the origin sees. One value. */
  header: v.optional(headerMap, {}),
  flatten_cname: v.optional(bool),
  virtual_network_id: v.optional(text),
  disabled_at: v.optional(text),
  /** Scheme to the origin. `auto`: http on port 80 and locally, else https. */
  scheme: v.optional(oneOf(['auto', 'http', 'https']), 'auto'),
  /** Proxy Worker that carries its requests: `"eu"` is the gateway's binding `PROXY_EU`. Default: the pool's. */
  proxy: v.optional(id),
});

export const PoolSchema = v.strictObject({
  /** What other objects refer to. Default: `name`. */
  id: v.optional(id),
  name: id,
  description: v.optional(text, ''),
  enabled: v.optional(bool, true),
  origins: v.pipe(v.array(OriginSchema, 'a list of origins'), v.minLength(1, 'at least one origin')),
  /** Fewer origins that can serve than this, and the pool counts as down. */
  minimum_origins: v.optional(whole(0, 1_000), 1),
  /** Id of the monitor that probes its origins. None: their health is ignored. */
  monitor: v.optional(id),
  origin_steering: v.optional(
    v.strictObject({ policy: v.optional(oneOf(ORIGIN_POLICIES), 'random') }, 'an object with a "policy"'),
    {},
  ),
  latitude: v.optional(
    v.pipe(
      v.number('degrees from -90 to 90'),
      v.minValue(-90, 'degrees from -90 to 90'),
      v.maxValue(90, 'degrees from -90 to 90'),
    ),
  ),
  longitude: v.optional(
    v.pipe(
      v.number('degrees from -180 to 180'),
      v.minValue(-180, 'degrees from -180 to 180'),
      v.maxValue(180, 'degrees from -180 to 180'),
    ),
  ),
  /** Proxy Worker for its origins: `"eu"` is the gateway's binding `PROXY_EU`. Default: the binding `PROXY`. */
  proxy: v.optional(id),
  monitor_group: v.optional(text),
  check_regions: v.optional(v.nullable(v.array(text))),
  health_sources: v.optional(v.array(text)),
  load_shedding: v.optional(v.looseObject({})),
  notification_email: v.optional(text),
  notification_filter: v.optional(v.nullable(v.looseObject({}))),
  networks: v.optional(v.array(text)),
  created_on: v.optional(text),
  modified_on: v.optional(text),
  disabled_at: v.optional(text),
});

export const MonitorSchema = v.strictObject({
  id,
  type: v.optional(oneOf(['http', 'https', 'tcp']), 'http'),
  description: v.optional(text, ''),
  /** For http and https. */
  method: v.optional(oneOf(['GET', 'HEAD', 'OPTIONS', 'POST', 'connection_established']), 'GET'),
  path: v.optional(path, '/'),
  /** 0: the origin's own port, else 80 (http) or 443 (https). Required for tcp. */
  port: v.optional(whole(0, 65_535), 0),
  /** Seconds between probes. */
  interval: v.optional(whole(5, 3_600), 60),
  /** Seconds. */
  timeout: v.optional(whole(1, 60), 5),
  /** Immediate retries, after a timeout only. */
  retries: v.optional(whole(0, 10), 2),
  /** Failures in a row until an origin is down. 0 means 1. */
  consecutive_down: v.optional(whole(0, 100), 3),
  /** Successes in a row until an origin is up again. 0 means 1. */
  consecutive_up: v.optional(whole(0, 100), 2),
  /** `200`, `200,204`, `2xx`, `200-299`, or several of these. */
  expected_codes: v.optional(
    v.pipe(
      text,
      v.regex(
        /^\s*([1-5]xx|[1-5]\d\d(\s*-\s*[1-5]\d\d)?)(\s*,\s*([1-5]xx|[1-5]\d\d(\s*-\s*[1-5]\d\d)?))*\s*$/,
        'codes like "2xx", "200,204" or "200-299"',
      ),
    ),
    '2xx',
  ),
  /** Case-insensitive substring of the first 10 KB. */
  expected_body: v.optional(text, ''),
  follow_redirects: v.optional(bool, false),
  /** Headers of the probe. `User-Agent` is always Plimsoll's own. */
  header: v.optional(headerMap, {}),
  allow_insecure: v.optional(bool, false),
  probe_zone: v.optional(text, ''),
  created_on: v.optional(text),
  modified_on: v.optional(text),
});

export const LoadBalancerSchema = v.strictObject({
  /** Default: `name` and `path`. */
  id: v.optional(text),
  /** Host it serves: `app.example.com`, `*.example.com` or `*`. */
  name: hostPattern,
  /** Path prefix it serves; whole segments. The longest match wins. */
  path: v.optional(path, '/'),
  description: v.optional(text, ''),
  enabled: v.optional(bool, true),
  /** Ids of pools in failover order. */
  default_pools: v.pipe(v.array(id, 'a list of pool ids'), v.minLength(1, 'at least one pool id')),
  /** Last resort, used whatever its health. Default: the last of `default_pools`. */
  fallback_pool: v.optional(id),
  steering_policy: v.optional(oneOf(STEERING_POLICIES), ''),
  region_pools: v.optional(poolMap, {}),
  country_pools: v.optional(poolMap, {}),
  pop_pools: v.optional(poolMap, {}),
  random_steering: v.optional(
    v.strictObject({
      default_weight: v.optional(weight, 1),
      pool_weights: v.optional(v.record(text, weight), {}),
    }),
    {},
  ),
  adaptive_routing: v.optional(v.strictObject({ failover_across_pools: v.optional(bool, false) }), {}),
  retry: v.optional(RetrySchema, {}),
  timeouts: v.optional(TimeoutsSchema, {}),
  session_affinity: v.optional(oneOf(['', 'none', 'cookie', 'ip_cookie', 'header']), 'none'),
  session_affinity_ttl: v.optional(whole(0, 604_800)),
  session_affinity_attributes: v.optional(v.looseObject({})),
  location_strategy: v.optional(v.looseObject({})),
  rules: v.optional(v.array(v.looseObject({}))),
  pool_sets: v.optional(v.array(v.looseObject({}))),
  networks: v.optional(v.array(text)),
  proxied: v.optional(bool),
  ttl: v.optional(whole(0, 86_400)),
  zone_name: v.optional(text),
  created_on: v.optional(text),
  modified_on: v.optional(text),
});

/** A whole configuration file, `plimsoll.jsonc`. */
export const ConfigSchema = v.strictObject({
  $schema: v.optional(text),
  load_balancers: v.pipe(
    v.array(LoadBalancerSchema, 'a list of load balancers'),
    v.minLength(1, 'at least one load balancer'),
  ),
  pools: v.pipe(v.array(PoolSchema, 'a list of pools'), v.minLength(1, 'at least one pool')),
  monitors: v.optional(v.array(MonitorSchema, 'a list of monitors'), []),
});

/** What a file says: every default optional. */
export type ConfigFile = v.InferInput<typeof ConfigSchema>;
/** What a file means: every default filled in, references not yet resolved. */
export type FilledConfig = v.InferOutput<typeof ConfigSchema>;
