import * as v from 'valibot';
import { bool, oneOf, policyOf, text, weight, whole } from './fields.ts';
import { headerValue } from './http_fields.ts';
import { about, DNS_ONLY } from './notes.ts';
import { countryPools, pool, poolWeights, popPools, regionPools, somePools } from './pool_fields.ts';
import { SESSION_AFFINITIES, SESSION_ATTRIBUTES, SessionTtlSchema } from './session_affinity.ts';
import { ADAPTIVE_ROUTING, RANDOM_STEERING, STEERING_POLICIES } from './steering.ts';

// Cloudflare's load balancing rules.
// https://developers.cloudflare.com/load-balancing/additional-options/load-balancing-rules/

const OverridesSchema = v.strictObject(
  {
    default_pools: about(
      'Pools in failover order. Unless a pool map is set too, they also replace all pool maps.',
      v.optional(somePools),
    ),
    pools: about(
      'The same as `default_pools`, in the form that Cloudflare has since 2026. Set one of the two.',
      v.optional(somePools),
    ),
    pool_weights: about(
      'Weights by pool id. Set `pool_weights` and `pool_default_weight`, or `random_steering`.',
      v.optional(poolWeights),
    ),
    pool_default_weight: about('Weight of pools that `pool_weights` does not name.', v.optional(weight)),
    fallback_pool: about('Last resort.', v.optional(pool)),
    region_pools: about('Pools by Cloudflare region, for `geo`.', v.optional(regionPools)),
    country_pools: about("Pools by the client's country, for `geo`.", v.optional(countryPools)),
    pop_pools: about('Pools by the data centre that received the request, for `geo`.', v.optional(popPools)),
    steering_policy: about('How a pool is chosen.', v.optional(policyOf(STEERING_POLICIES))),
    random_steering: about('Weights of pools.', v.optional(RANDOM_STEERING)),
    adaptive_routing: about('Where a failed request may go.', v.optional(ADAPTIVE_ROUTING)),
    session_affinity: about('How a client stays on an origin.', v.optional(oneOf(SESSION_AFFINITIES))),
    session_affinity_ttl: SessionTtlSchema,
    session_affinity_attributes: about(
      "Details of session affinity. They replace all of the load balancer's.",
      v.optional(SESSION_ATTRIBUTES),
    ),
    ...DNS_ONLY,
  },
  'an object',
);

export const FixedResponseSchema = v.strictObject(
  {
    status_code: about('Status of the answer.', v.optional(whole(200, 599), 200), { zero_is_unset: true }),
    content_type: about(
      '`Content-Type` of the answer.',
      v.optional(
        v.pipe(headerValue, v.maxLength(256, 'at most 256 characters')),
        'text/plain; charset=utf-8',
      ),
    ),
    message_body: about(
      'Body of the answer. Cloudflare allows 1024 characters.',
      v.optional(v.pipe(text, v.maxLength(65_536, 'at most 65536 characters')), ''),
    ),
    location: about(
      '`Location` of the answer, for redirects.',
      v.optional(v.pipe(headerValue, v.maxLength(2_048, 'at most 2048 characters'))),
    ),
  },
  'an object',
);

export const RuleSchema = v.strictObject(
  {
    name: about('Name in data points, `rule:NAME`. Default: `rule 1`, by position.', v.optional(text, '')),
    condition: about("In Cloudflare's Rules language (docs/rules.md). Empty: true.", v.optional(text, '')),
    priority: about(
      'Lower ones come first. Rules of equal priority keep the order of the file.',
      v.optional(whole(0, Number.MAX_SAFE_INTEGER), 0),
    ),
    disabled: about('Whether it is ignored.', v.optional(bool, false)),
    terminates: about('Whether later rules are skipped when this one applies.', v.optional(bool, false)),
    overrides: about('Fields that replace those of the load balancer.', v.optional(OverridesSchema)),
    fixed_response: about("An answer instead of an origin's. Terminates.", v.optional(FixedResponseSchema)),
  },
  'an object',
);
