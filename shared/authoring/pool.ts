import * as v from 'valibot';
import { REGION_CODES } from '../geo/regions.ts';
import { policiesAt } from '../strategies/strategies.ts';
import { bool, degrees, id, oneOf, policyOf, positive, text, texts, weight, whole } from './fields.ts';
import { NotificationFilterSchema } from './monitor.ts';
import { about, HEALTH_BY_API, ignored, networks, noted, reference, SET_BY_API } from './notes.ts';
import { OriginSchema, operatorState } from './origin.ts';
import { CircuitBreakerSchema, OutlierDetectionSchema } from './resilience.ts';
import { canaryOf, StrategyOptionsSchema, shadowOf } from './strategy_options.ts';
import { LoadSheddingSchema } from './traffic.ts';

/** Origin-level policies. */
const ORIGIN_POLICIES = policiesAt('origins');

const TRIAL = [ORIGIN_POLICIES, 'Origin-level', "the pool's own options"] as const;

const OriginSteeringSchema = v.strictObject(
  {
    policy: about('Origin-level policy.', v.optional(policyOf(ORIGIN_POLICIES), 'random')),
    options: about('Options of the policy.', v.optional(StrategyOptionsSchema)),
    canary: about(
      'Another policy that makes a share of the decisions. Data points record which one decided (`variant`).',
      v.optional(canaryOf(...TRIAL)),
    ),
    shadow: about(
      'Another policy that is asked the same and decides nothing. Data points record its choice (`shadow`).',
      v.optional(shadowOf(...TRIAL)),
    ),
  },
  'an object with a "policy"',
);

/** Defaults are Envoy's. */
const SlowStartSchema = v.strictObject(
  {
    window_s: about('How long it lasts.', positive, 'seconds'),
    aggression: about('1: linear growth. Above 1: faster at the beginning.', v.optional(positive, 1)),
    min_weight: about('Share of its weight at the start.', v.optional(weight, 0.1)),
  },
  'an object with a "window_s"',
);

/** Regions that Cloudflare probes from and a Worker cannot. */
const NO_PROBERS = { CHINA: 'no Worker runs in mainland China; set "NEAS", the region next to it' };

export const PoolSchema = v.strictObject(
  {
    id: about('Other objects refer to the pool by it. Default: `name`.', v.optional(id)),
    name: about('Unique. Other objects may refer to the pool by its name as well.', id),
    description: about('For operators.', v.optional(text, '')),
    enabled: about('Whether it takes traffic.', v.optional(bool, true)),
    state: operatorState,
    origins: about('The servers of the pool, in failover order.', v.array(OriginSchema, 'a list of origins')),
    minimum_origins: about('The pool is down if fewer origins can serve.', v.optional(whole(0, 1_000), 1)),
    monitor: about(
      'Id of the monitor of its origins. Default: none; health is ignored.',
      v.optional(reference('monitors')),
    ),
    monitor_group: about(
      'Id of the monitor group of its origins. It wins over `monitor`.',
      v.optional(reference('monitor_groups')),
    ),
    check_regions: about(
      'Regions to probe from; the majority decides. `ALL_REGIONS`: all of them. Default: one prober, near the health ' +
        "Worker's storage.",
      v.optional(
        v.array(
          noted(oneOf([...REGION_CODES, 'ALL_REGIONS']), { instead: NO_PROBERS }),
          'a list of region codes',
        ),
      ),
    ),
    origin_steering: about('How an origin is chosen.', v.optional(OriginSteeringSchema, {})),
    slow_start: about(
      'Brings traffic back slowly to an origin that has come up: weight * max(min_weight, (age / window) ^ (1 / ' +
        'aggression)). Needs a monitor, except after an ejection.',
      v.optional(SlowStartSchema),
    ),
    outlier_detection: about(
      'Ejects an origin that fails requests: for a while this isolate tries it last.',
      v.optional(OutlierDetectionSchema, {}),
    ),
    circuit_breaker: about(
      'Limits the requests in flight at each origin. Default: no limit.',
      v.optional(CircuitBreakerSchema),
    ),
    panic_threshold_percent: about(
      'When fewer of the enabled origins than this can serve, health is ignored and all are used. 0: never; the next ' +
        'pool serves, as Cloudflare defines it.',
      v.optional(whole(0, 100), 0),
      'percent',
    ),
    degraded_weight: about("Factor on a degraded origin's weight. 0: it comes last.", v.optional(weight, 0)),
    load_shedding: about(
      'Keeps a share of the traffic away from this pool, in every load balancer that uses it. Steering sends it to other ' +
        'pools, in the end to the fallback pool.',
      v.optional(LoadSheddingSchema),
    ),
    cost: about(
      'Cost of one request, in any unit, for `cost`.',
      v.optional(v.pipe(v.number('a number, 0 or more'), v.minValue(0, 'a number, 0 or more'))),
    ),
    capacity: about(
      'What it can carry, for `cost` and `capacity`. Default: unlimited for `cost`, 1 for `capacity`.',
      v.optional(v.pipe(v.number('a number above 0'), v.gtValue(0, 'a number above 0'))),
      'requests a second',
    ),
    latitude: about('Its place, for `proximity`. Set `longitude` too.', v.optional(degrees(90)), 'degrees'),
    longitude: about('Its place, for `proximity`. Set `latitude` too.', v.optional(degrees(180)), 'degrees'),
    proxy: about(
      'Proxy Worker for its origins: `"eu"` is the gateway\'s binding `PROXY_EU`. Default: the binding `PROXY`.',
      v.optional(id),
    ),
    allow_private: about(
      'Whether addresses of its origins may be private, or the host of a load balancer here. Locally they may.',
      v.optional(bool, false),
    ),
    notification_filter: about(
      'Which changes of this pool and its origins go to `notifications`. Default: all.',
      v.optional(NotificationFilterSchema),
    ),
    health_sources: ignored("health comes from this balancer's own probes", v.optional(texts)),
    notification_email: ignored('use `notifications`, which are webhooks', v.optional(text)),
    networks,
    ...SET_BY_API,
    ...HEALTH_BY_API,
  },
  'an object',
);
