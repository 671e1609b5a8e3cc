import * as v from 'valibot';
import { bool, policyOf, text, weight } from './fields.ts';
import { about } from './notes.ts';
import { country, pool, poolWeights, pop, region, somePools } from './pool_fields.ts';
import { FixedResponseSchema } from './rules.ts';
import { STEERING_POLICIES } from './steering.ts';

// Cloudflare's pool sets: other pools for requests from certain places.
// https://developers.cloudflare.com/load-balancing/additional-options/pool-sets/

/** Cloudflare's limits. */
const MAX_SETS = 1_000;
const MAX_CODES = 1_000;
/** Of a name, in characters. */
export const MAX_NAME = 200;

/** Codes of one kind. A request matches if its own code is among them. */
function codes<const T extends v.GenericSchema<string>>(code: T, allowed: string) {
  return v.pipe(
    v.array(code, allowed),
    v.minLength(1, 'at least one code'),
    v.maxLength(MAX_CODES, `at most ${MAX_CODES} codes (POOL_SET_TOPOLOGY_TOO_LARGE)`),
    v.check((list) => new Set(list).size === list.length, 'no code twice'),
  );
}

const TopologySchema = v.strictObject(
  {
    pops: about('Data centres that get the request.', v.optional(codes(pop, 'a list of data centre codes'))),
    countries: about("The client's country.", v.optional(codes(country, 'a list of country codes'))),
    regions: about("Regions, by the client's country.", v.optional(codes(region, 'a list of region codes'))),
  },
  'an object',
);

const MatchSchema = v.strictObject(
  {
    default: about('`true`: every request matches.', v.optional(bool)),
    topology: about('Where requests come from. They must match every list set.', v.optional(TopologySchema)),
  },
  'an object',
);

const SetOverridesSchema = v.strictObject(
  {
    pools: about('Pools in failover order, instead of `default_pools` and pool maps.', v.optional(somePools)),
    pool_weights: about('Weights by pool id, for policies that use weights.', v.optional(poolWeights)),
    pool_default_weight: about('Weight of pools that `pool_weights` does not name.', v.optional(weight)),
    fallback_pool: about('Last resort.', v.optional(pool)),
    steering_policy: about(
      'How a pool is chosen: any policy but `geo`. Default: `off`, failover order.',
      v.optional(policyOf(STEERING_POLICIES)),
    ),
  },
  'an object',
);

const PoolSetSchema = v.strictObject(
  {
    name: about(
      'Names it in data points, as `pool_set:NAME`. Default: `pool set 1`, by its position.',
      v.optional(v.pipe(text, v.maxLength(MAX_NAME, `at most ${MAX_NAME} characters`)), ''),
    ),
    disabled: about('Whether it is ignored.', v.optional(bool, false)),
    match: about('Which requests it applies to. Default: every request.', v.optional(MatchSchema)),
    overrides: about('The pools that serve these requests.', v.optional(SetOverridesSchema)),
    fixed_response: about("An answer instead of an origin's.", v.optional(FixedResponseSchema)),
  },
  'an object',
);

/** The pool sets of a load balancer. */
export const PoolSetsSchema = v.pipe(
  v.array(PoolSetSchema, 'a list of pool sets'),
  v.maxLength(MAX_SETS, `at most ${MAX_SETS} pool sets (POOL_SETS_TOO_LARGE)`),
);
