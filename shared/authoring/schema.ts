import * as v from 'valibot';
import {
  about,
  bool,
  countryPools,
  DNS_ONLY,
  degrees,
  headerMap,
  hostPattern,
  id,
  ignored,
  ipRange,
  networks,
  noted,
  oneOf,
  originAddress,
  originName,
  path,
  policyOf,
  popPools,
  positive,
  REGIONS,
  readOnly,
  regionPools,
  someText,
  text,
  texts,
  weight,
  whole,
} from './fields.ts';
import { MaintenanceSchema } from './maintenance.ts';
import { PoolSetsSchema } from './pool_sets.ts';
import {
  CircuitBreakerSchema,
  HedgingSchema,
  OutlierDetectionSchema,
  RetrySchema,
  TimeoutsSchema,
} from './resilience.ts';
import { RuleSchema } from './rules.ts';
import { SessionAffinitySchema, SessionAttributesSchema, SessionTtlSchema } from './session_affinity.ts';
import { ADAPTIVE_ROUTING, POOL_POLICIES, RANDOM_STEERING, STEERING_POLICIES } from './steering.ts';
import { StrategyOptionsSchema } from './strategy_options.ts';
import { LoadSheddingSchema, MirrorSchema, RateLimitSchema } from './traffic.ts';
import { canaryOf, shadowOf } from './trials.ts';

// Cloudflare Load Balancing's objects and field names; every default and every field's meaning stands here and
// nowhere else. This module carries valibot: only tools and the console import it, the request path imports its
// types alone.
// https://developers.cloudflare.com/api/resources/load_balancers/

/** Origin-level policies. */
export const ORIGIN_POLICIES = [
  'random',
  'round_robin',
  'smooth_weighted_round_robin',
  'least_outstanding_requests',
  'least_connections',
  'weighted_least_request',
  'power_of_two',
  'peak_ewma',
  'prequal',
  'weighted_by_load',
  'hash',
  'maglev',
  'ketama',
  'jump',
  'off',
] as const;

const createdOn = readOnly(v.optional(text));
const modifiedOn = readOnly(v.optional(text));
const disabledAt = readOnly(v.optional(text));
const healthy = readOnly(v.optional(bool));
const failureReason = readOnly(v.optional(text));
const accountId = readOnly(v.optional(text));

const operatorState = about(
  '`drain`: no new clients, sessions go on for `drain_duration`, still probed. `maintenance`: no traffic, no probes. ' +
    '`lb drain`, `lb maintenance` and `lb ready` change it in what is published.',
  v.optional(oneOf(['ready', 'drain', 'maintenance']), 'ready'),
);

export const OriginSchema = v.strictObject(
  {
    name: about('Unique in its pool.', originName),
    address: about(
      'Hostname. A bare IP address only works locally: the platform refuses to fetch one.',
      originAddress,
    ),
    enabled: about('Whether it takes traffic.', v.optional(bool, true)),
    state: operatorState,
    weight: about(
      "Share of its pool's traffic, relative to the other origins. 0: no new traffic, still probed.",
      v.optional(weight, 1),
    ),
    port: about("0: the scheme's own port.", v.optional(whole(0, 65_535), 0)),
    header: about(
      '`{ "Host": ["app.example.com"] }`: the Host that the origin sees. No other header, one value.',
      v.optional(headerMap, {}),
    ),
    scheme: about(
      'Scheme to the origin. `auto`: http on port 80 and locally, else https.',
      v.optional(oneOf(['auto', 'http', 'https']), 'auto'),
    ),
    proxy: about(
      'Proxy Worker that carries its requests: `"eu"` is the gateway\'s binding `PROXY_EU`. Default: the pool\'s.',
      v.optional(id),
    ),
    allow_private: about(
      "Whether its address may be private, or the host of a load balancer here. Default: the pool's. Locally it may.",
      v.optional(bool),
    ),
    flatten_cname: ignored('the platform resolves names itself', v.optional(bool), [true]),
    virtual_network_id: ignored('origins are reached by public hostnames', v.optional(text)),
    disabled_at: disabledAt,
    healthy,
    failure_reason: failureReason,
  },
  'an object',
);

/** Defaults are Envoy's. */
export const SlowStartSchema = v.strictObject(
  {
    window_s: about('How long it lasts.', positive, 'seconds'),
    aggression: about('Above 1: faster at the beginning. 1: evenly.', v.optional(positive, 1)),
    min_weight: about('Part of its weight that it has at once.', v.optional(weight, 0.1)),
  },
  'an object with a "window_s"',
);

const ORIGIN_TRIAL = [ORIGIN_POLICIES, 'Origin-level', "the pool's own options"] as const;
const POOL_TRIAL = [POOL_POLICIES, 'Pool-level', '`steering_options`'] as const;

const FilterSchema = v.strictObject(
  {
    disable: about('Whether nothing is told.', v.optional(bool, false)),
    healthy: about(
      '`true`: only that it is well again. `false`: only that it is not. Unset: both.',
      v.optional(bool),
    ),
  },
  'an object',
);

export const NotificationFilterSchema = v.strictObject(
  {
    pool: about('Of the pool itself.', v.optional(FilterSchema)),
    origin: about('Of its origins.', v.optional(FilterSchema)),
  },
  'an object',
);

/** Regions that Cloudflare probes from and a Worker cannot. */
const NO_PROBERS = { CHINA: 'a Worker runs nowhere in mainland China; set "NEAS", which is next to it' };

export const PoolSchema = v.strictObject(
  {
    id: about('What other objects refer to. Default: `name`.', v.optional(id)),
    name: about('Unique; other objects may refer to it as well.', id),
    description: about('For people.', v.optional(text, '')),
    enabled: about('Whether it takes traffic.', v.optional(bool, true)),
    state: operatorState,
    origins: about(
      'The servers of this pool, in failover order.',
      v.array(OriginSchema, 'a list of origins'),
    ),
    minimum_origins: about(
      'Fewer origins that can serve than this, and the pool counts as down.',
      v.optional(whole(0, 1_000), 1),
    ),
    monitor: about(
      'Id of the monitor that probes its origins. None: their health is ignored.',
      v.optional(id),
    ),
    origin_steering: about(
      'How an origin is chosen.',
      v.optional(
        v.strictObject(
          {
            policy: about('Origin-level policy.', v.optional(policyOf(ORIGIN_POLICIES), 'random')),
            options: about('What the policy is told.', v.optional(StrategyOptionsSchema)),
            canary: about(
              'Another policy for a share of the decisions; data points carry which (`variant`).',
              v.optional(canaryOf(...ORIGIN_TRIAL)),
            ),
            shadow: about(
              'Another policy that is asked the same and decides nothing; data points carry its choice (`shadow`).',
              v.optional(shadowOf(...ORIGIN_TRIAL)),
            ),
          },
          'an object with a "policy"',
        ),
        {},
      ),
    ),
    slow_start: about(
      'An origin that has come up takes traffic slowly: weight * max(min_weight, (age / window) ^ (1 / aggression)). ' +
        'Needs a monitor, but for origins that were ejected.',
      v.optional(SlowStartSchema),
    ),
    outlier_detection: about(
      'When an origin that fails requests is ejected: it is tried last for a while, by this isolate.',
      v.optional(OutlierDetectionSchema, {}),
    ),
    circuit_breaker: about(
      'How many requests its origins take at once. Default: any number.',
      v.optional(CircuitBreakerSchema),
    ),
    panic_threshold_percent: about(
      'When fewer of the enabled origins than this can serve, health is ignored and all are used. 0: never; the next ' +
        'pool serves, as Cloudflare defines it.',
      v.optional(whole(0, 100), 0),
      'percent',
    ),
    degraded_weight: about(
      'Part of its weight with which a degraded origin stands among the others. 0: it stands behind them.',
      v.optional(weight, 0),
    ),
    cost: about(
      'What a request to it costs, in any unit, for `cost`.',
      v.optional(v.pipe(v.number('a number, 0 or more'), v.minValue(0, 'a number, 0 or more'))),
    ),
    capacity: about(
      'What it can carry, for `cost` and `capacity`. Absent: for `cost` everything, for `capacity` 1.',
      v.optional(v.pipe(v.number('a number above 0'), v.gtValue(0, 'a number above 0'))),
      'requests a second',
    ),
    load_shedding: about(
      'Keeps some traffic away from this pool, in every load balancer that uses it: it goes by steering to others, ' +
        'to the fallback pool in the end.',
      v.optional(LoadSheddingSchema),
    ),
    latitude: about(
      'Where the pool is, for `proximity`. With `longitude`.',
      v.optional(degrees(90)),
      'degrees',
    ),
    longitude: about(
      'Where the pool is, for `proximity`. With `latitude`.',
      v.optional(degrees(180)),
      'degrees',
    ),
    proxy: about(
      'Proxy Worker for its origins: `"eu"` is the gateway\'s binding `PROXY_EU`. Default: the binding `PROXY`.',
      v.optional(id),
    ),
    monitor_group: about(
      'Id of the monitor group that probes its origins. It wins over `monitor`.',
      v.optional(id),
    ),
    check_regions: about(
      'Regions to probe from; the majority decides. `ALL_REGIONS`: everywhere. None: one prober, near the health ' +
        "Worker's storage.",
      v.optional(
        v.array(noted(oneOf([...REGIONS, 'ALL_REGIONS']), { instead: NO_PROBERS }), 'a list of region codes'),
      ),
    ),
    allow_private: about(
      'Whether addresses of its origins may be private, or the host of a load balancer here. Locally they may.',
      v.optional(bool, false),
    ),
    health_sources: ignored("health comes from this balancer's own probes", v.optional(texts)),
    notification_email: ignored('use `notifications`, which are webhooks', v.optional(text)),
    notification_filter: about(
      'Which changes of this pool and its origins are told to `notifications`. None: all.',
      v.optional(NotificationFilterSchema),
    ),
    networks,
    created_on: createdOn,
    modified_on: modifiedOn,
    disabled_at: disabledAt,
    healthy,
    failure_reason: failureReason,
    account_id: accountId,
  },
  'an object',
);

/** Types of monitor that Cloudflare has and a Worker cannot be. */
const NO_PROBES = Object.fromEntries(
  ['icmp_ping', 'udp_icmp', 'smtp'].map((type) => [
    type,
    `a Worker can send neither ICMP nor SMTP; set "tcp" and a \`port\` on which the origin accepts connections` +
      (type === 'smtp' ? ' (587, for port 25 is closed to Workers)' : ', or "http" and a `path`'),
  ]),
);

export const MonitorSchema = v.strictObject(
  {
    id: about('What pools refer to.', id),
    type: about('Protocol of the probe.', v.optional(oneOf(['http', 'https', 'tcp']), 'http'), {
      any_case: true,
      instead: NO_PROBES,
    }),
    description: about('For people.', v.optional(text, '')),
    method: about(
      'For http and https.',
      v.optional(oneOf(['GET', 'HEAD', 'OPTIONS', 'POST', 'connection_established']), 'GET'),
    ),
    path: about(
      'For http and https; a query is allowed.',
      v.optional(v.pipe(text, v.regex(/^\/[^#\s]*$/, 'a path that begins with "/", without "#"')), '/'),
    ),
    port: about(
      "0: the origin's own port, else 80 (http) or 443 (https). Required for tcp.",
      v.optional(whole(0, 65_535), 0),
    ),
    interval: about('Between two probes of an origin.', v.optional(whole(5, 3_600), 60), {
      unit: 'seconds',
      zero_is_unset: true,
    }),
    timeout: about('Until a probe has failed.', v.optional(whole(1, 60), 5), {
      unit: 'seconds',
      zero_is_unset: true,
    }),
    retries: about('Immediate retries, after a timeout only.', v.optional(whole(0, 10), 2)),
    consecutive_down: about(
      'Failures in a row until an origin is down. 0 means 1.',
      v.optional(whole(0, 100), 3),
    ),
    consecutive_up: about(
      'Successes in a row until an origin is up again. 0 means 1.',
      v.optional(whole(0, 100), 2),
    ),
    expected_codes: about(
      '`200`, `200,204`, `2xx`, `200-299`, or several of these.',
      v.optional(
        v.pipe(
          text,
          v.regex(
            /^\s*([1-5]xx|[1-5]\d\d(\s*-\s*[1-5]\d\d)?)(\s*,\s*([1-5]xx|[1-5]\d\d(\s*-\s*[1-5]\d\d)?))*\s*$/,
            'codes like "2xx", "200,204" or "200-299"',
          ),
        ),
        '2xx',
      ),
    ),
    expected_body: about(
      'Case-insensitive substring of the first 10 KB. Empty: any body.',
      v.optional(text, ''),
    ),
    follow_redirects: about(
      'Whether the answer behind a redirect is judged, not the redirect.',
      v.optional(bool, false),
    ),
    header: about("Headers of the probe. `User-Agent` is always Plimsoll's own.", v.optional(headerMap, {})),
    allow_insecure: ignored("the platform always checks an origin's certificate", v.optional(bool, false)),
    probe_zone: ignored('probes go to the address of the origin', v.optional(text, '')),
    created_on: createdOn,
    modified_on: modifiedOn,
    account_id: accountId,
  },
  'an object',
);

export const MonitorGroupSchema = v.strictObject(
  {
    id: about('What pools refer to.', id),
    description: about('For people.', v.optional(text, '')),
    members: about(
      'Its monitors. An origin is down if one that must be healthy fails, or more than half of those that vote.',
      v.pipe(
        v.array(
          v.strictObject(
            {
              monitor_id: about('Id of a monitor.', id),
              enabled: about('Whether it probes.', v.optional(bool, true)),
              must_be_healthy: about(
                'Whether its failure alone makes an origin down.',
                v.optional(bool, false),
              ),
              monitoring_only: about(
                'Whether it probes and notifies, and has no vote.',
                v.optional(bool, false),
              ),
              created_at: createdOn,
              updated_at: modifiedOn,
              created_on: createdOn,
              modified_on: modifiedOn,
            },
            'an object with a "monitor_id"',
          ),
          'a list of members',
        ),
        v.minLength(1, 'at least one member'),
      ),
    ),
    created_at: createdOn,
    updated_at: modifiedOn,
    created_on: createdOn,
    modified_on: modifiedOn,
    account_id: accountId,
  },
  'an object',
);

export const NotificationSchema = v.strictObject(
  {
    name: about('Names its secret: `WEBHOOK_SECRET_NAME`, else `WEBHOOK_SECRET`.', id),
    url: about(
      'Where changes are posted. Part of the configuration, which is no place for secrets.',
      v.pipe(text, v.url('a URL that begins with "https://"')),
    ),
    pools: about(
      'Pools it is told of, by id or name. Default: all.',
      v.optional(v.array(id, 'a list of pool ids')),
    ),
  },
  'an object with a "name" and a "url"',
);

export const LoadBalancerSchema = v.strictObject(
  {
    id: about('In data points and messages. Default: `name` and `path`.', v.optional(someText)),
    name: about('Host it serves: `app.example.com`, `*.example.com` or `*`.', hostPattern),
    path: about('Path prefix it serves; whole segments. The longest match wins.', v.optional(path, '/')),
    description: about('For people.', v.optional(text, '')),
    enabled: about('Whether it takes traffic.', v.optional(bool, true)),
    default_pools: about(
      'Pools in failover order, by id or name.',
      v.pipe(v.array(id, 'a list of pool ids'), v.minLength(1, 'at least one pool id')),
    ),
    fallback_pool: about(
      'Last resort, used whatever its health. Default: the last of `default_pools`.',
      v.optional(id),
    ),
    steering_policy: about(
      'How a pool is chosen. `""`: `geo` if a pool map is set, else `off`, which is failover order.',
      v.optional(policyOf(STEERING_POLICIES), ''),
      // Cloudflare's own documentation has examples with it.
      { aliases: { random_steering: 'random' } },
    ),
    steering_options: about('What the policy is told.', v.optional(StrategyOptionsSchema)),
    steering_canary: about(
      'Another pool-level policy for a share of the decisions; data points carry which (`variant`).',
      v.optional(canaryOf(...POOL_TRIAL)),
    ),
    steering_shadow: about(
      'Another pool-level policy that is asked the same and decides nothing; data points carry the origin that would ' +
        'have served (`shadow`).',
      v.optional(shadowOf(...POOL_TRIAL)),
    ),
    region_pools: about('Pools by Cloudflare region, for `geo`.', v.optional(regionPools, {})),
    country_pools: about("Pools by the client's country, for `geo`.", v.optional(countryPools, {})),
    pop_pools: about(
      'Pools by the data centre that received the request, for `geo`.',
      v.optional(popPools, {}),
    ),
    random_steering: about(
      'Weights of pools, for the policies that use them.',
      v.optional(RANDOM_STEERING, {}),
    ),
    adaptive_routing: about('What a failed attempt may do.', v.optional(ADAPTIVE_ROUTING, {})),
    retry: about('When and how often another origin is tried.', v.optional(RetrySchema, {})),
    timeouts: about('How long an origin may take.', v.optional(TimeoutsSchema, {})),
    trusted_proxies: about(
      'Addresses of proxies in front, as addresses or ranges (`192.0.2.0/24`). From them `X-Forwarded-For`, `-Proto` and ' +
        '`-Host`, or `Forwarded`, are believed and added to; from all others they are dropped.',
      v.optional(v.array(ipRange, 'a list of addresses or ranges'), []),
    ),
    rewrite_redirects: about(
      'Whether a `Location`, `Content-Location` or `Refresh` in which an origin names its own address (or its ' +
        '`header.Host`) is given to clients with the scheme and host that they use; and a `Destination` (WebDAV) the other way.',
      v.optional(bool, true),
    ),
    session_affinity: SessionAffinitySchema,
    session_affinity_ttl: SessionTtlSchema,
    session_affinity_attributes: SessionAttributesSchema,
    maintenance: about(
      'Answers everybody with 503 and `Retry-After`, without asking an origin.',
      v.optional(MaintenanceSchema),
    ),
    rate_limit: about(
      'Refuses requests above a limit with 429. Absent: none is.',
      v.optional(RateLimitSchema),
    ),
    mirror: about(
      'Copies requests to another pool once they are answered. Absent: none is.',
      v.optional(MirrorSchema),
    ),
    hedging: about(
      'Whether a request that an origin is slow to answer is sent to the next one as well; whichever answers first ' +
        'serves. Only methods that read (GET, HEAD, PROPFIND, …), with at most a short body. Default: never.',
      v.optional(HedgingSchema),
    ),
    ...DNS_ONLY,
    rules: about(
      'Conditions under which requests are served otherwise, or answered at once; see docs/rules.md.',
      v.optional(v.array(RuleSchema, 'a list of rules'), []),
    ),
    pool_sets: about(
      'Other pools for requests from some places; the first that matches counts, before `rules`. See docs/rules.md.',
      v.optional(PoolSetsSchema, []),
    ),
    networks,
    proxied: ignored('a Worker is always proxied', v.optional(bool), [true]),
    zone_name: readOnly(v.optional(text)),
    zone_id: readOnly(v.optional(text)),
    account_id: accountId,
    created_on: createdOn,
    modified_on: modifiedOn,
  },
  'an object',
);

/** A whole configuration file, `plimsoll.jsonc`. */
export const ConfigSchema = v.strictObject(
  {
    $schema: about('For editors.', v.optional(text)),
    load_balancers: about(
      'Who serves which host and path.',
      v.array(LoadBalancerSchema, 'a list of load balancers'),
    ),
    pools: about('Origins that are interchangeable.', v.array(PoolSchema, 'a list of pools')),
    monitors: about('How origins are probed.', v.optional(v.array(MonitorSchema, 'a list of monitors'), [])),
    monitor_groups: about(
      'Monitors that judge together.',
      v.optional(v.array(MonitorGroupSchema, 'a list of monitor groups'), []),
    ),
    notifications: about(
      'Who is told when an origin or a pool fails, and when it is well again.',
      v.optional(v.array(NotificationSchema, 'a list of webhooks'), []),
    ),
  },
  'an object',
);

/** What a file says: every default optional. */
export type ConfigFile = v.InferInput<typeof ConfigSchema>;
/** What a file means: every default filled in, references not yet resolved. */
export type FilledConfig = v.InferOutput<typeof ConfigSchema>;
