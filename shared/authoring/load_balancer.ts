import * as v from 'valibot';
import { bool, policyOf, someText, text } from './fields.ts';
import { hostPattern, ipRange, path } from './http_fields.ts';
import { about, DNS_ONLY, ignored, networks, readOnly, SET_BY_API } from './notes.ts';
import { countryPools, pool, popPools, regionPools, somePools } from './pool_fields.ts';
import { PoolSetsSchema } from './pool_sets.ts';
import { HedgingSchema, RetrySchema, TimeoutsSchema } from './resilience.ts';
import { RuleSchema } from './rules.ts';
import { SessionAffinitySchema, SessionAttributesSchema, SessionTtlSchema } from './session_affinity.ts';
import { ADAPTIVE_ROUTING, POOL_POLICIES, RANDOM_STEERING, STEERING_POLICIES } from './steering.ts';
import { canaryOf, StrategyOptionsSchema, shadowOf } from './strategy_options.ts';
import { MaintenanceSchema, MetricsSchema, MirrorSchema, RateLimitSchema } from './traffic.ts';

const TRIAL = [POOL_POLICIES, 'Pool-level', '`steering_options`'] as const;

export const LoadBalancerSchema = v.strictObject(
  {
    id: about('Names it in data points and messages. Default: `name` and `path`.', v.optional(someText)),
    name: about('Host it serves: `app.example.com`, `*.example.com` or `*`.', hostPattern),
    path: about('Path prefix it serves, in whole segments. The longest match wins.', v.optional(path, '/')),
    description: about('For operators.', v.optional(text, '')),
    enabled: about('Whether it takes traffic.', v.optional(bool, true)),
    default_pools: about('Pools in failover order, by id or name.', somePools),
    fallback_pool: about('Last resort, healthy or not. Default: last of `default_pools`.', v.optional(pool)),
    steering_policy: about(
      'How a pool is chosen. `""`: `geo` if a pool map is set, else `off`, which is failover order.',
      v.optional(policyOf(STEERING_POLICIES), ''),
      // Cloudflare's own documentation has examples with it.
      { aliases: { random_steering: 'random' } },
    ),
    steering_options: about('Options of the policy.', v.optional(StrategyOptionsSchema)),
    steering_canary: about(
      'Another pool-level policy that makes a share of the decisions. Data points record which one decided (`variant`).',
      v.optional(canaryOf(...TRIAL)),
    ),
    steering_shadow: about(
      'Another pool-level policy that is asked the same and decides nothing. Data points record the origin that would ' +
        'have served (`shadow`).',
      v.optional(shadowOf(...TRIAL)),
    ),
    region_pools: about('Pools by Cloudflare region, for `geo`.', v.optional(regionPools, {})),
    country_pools: about("Pools by the client's country, for `geo`.", v.optional(countryPools, {})),
    pop_pools: about('Pools by the data centre that got the request, for `geo`.', v.optional(popPools, {})),
    random_steering: about('Weights of pools, for policies that use them.', v.optional(RANDOM_STEERING, {})),
    adaptive_routing: about('Where a failed request may go.', v.optional(ADAPTIVE_ROUTING, {})),
    retry: about('When and how often a request is tried again.', v.optional(RetrySchema, {})),
    timeouts: about('How long an origin may take.', v.optional(TimeoutsSchema, {})),
    trusted_proxies: about(
      'Proxies in front, as addresses or ranges (`192.0.2.0/24`). Their `X-Forwarded-For`, `-Proto` and `-Host`, or ' +
        '`Forwarded`, are believed and extended. From other clients these headers are dropped.',
      v.optional(v.array(ipRange, 'a list of addresses or ranges'), []),
    ),
    rewrite_redirects: about(
      "Whether an origin's own address (or its `header.Host`) in `Location`, `Content-Location` and `Refresh` is replaced by " +
        'the scheme and host that the client used. `Destination` (WebDAV) is rewritten in the other direction.',
      v.optional(bool, true),
    ),
    session_affinity: SessionAffinitySchema,
    session_affinity_ttl: SessionTtlSchema,
    session_affinity_attributes: SessionAttributesSchema,
    maintenance: about('Answers every request with 503 and `Retry-After`.', v.optional(MaintenanceSchema)),
    rate_limit: about('Refuses requests above a limit with 429. Default: none.', v.optional(RateLimitSchema)),
    mirror: about('Copies answered requests to another pool. Default: none.', v.optional(MirrorSchema)),
    metrics: about('What is recorded of requests.', v.optional(MetricsSchema, {})),
    hedging: about(
      'Sends a request to the next origin as well when the first is slow, and takes the first answer. Only methods that ' +
        'read (GET, HEAD, PROPFIND, …), without a body or with a short one. Default: off.',
      v.optional(HedgingSchema),
    ),
    ...DNS_ONLY,
    rules: about(
      'Conditions under which requests are served differently, or answered at once. See docs/rules.md.',
      v.optional(v.array(RuleSchema, 'a list of rules'), []),
    ),
    pool_sets: about(
      'Other pools for requests from some places. The first set that matches applies, before `rules`. See docs/rules.md.',
      v.optional(PoolSetsSchema, []),
    ),
    networks,
    proxied: ignored('a Worker is always proxied', v.optional(bool), [true]),
    zone_name: readOnly(v.optional(text)),
    zone_id: readOnly(v.optional(text)),
    ...SET_BY_API,
  },
  'an object',
);
