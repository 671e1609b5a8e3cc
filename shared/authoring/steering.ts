import * as v from 'valibot';
import { policiesAt } from '../strategies/strategies.ts';
import { bool, weight } from './fields.ts';
import { about } from './notes.ts';
import { poolWeights } from './pool_fields.ts';

/** Pool-level policies. */
export const POOL_POLICIES = policiesAt('pools');

/** What `steering_policy` may be. `""` means `geo` if a pool map is set, else `off`, as Cloudflare defines it. */
export const STEERING_POLICIES = ['', ...POOL_POLICIES];

export const RANDOM_STEERING = v.strictObject(
  {
    default_weight: about('Weight of pools that `pool_weights` does not name.', v.optional(weight, 1)),
    pool_weights: about('Weight by pool id or name.', v.optional(poolWeights, {})),
  },
  'an object',
);

export const ADAPTIVE_ROUTING = v.strictObject(
  {
    failover_across_pools: about(
      'Whether the next attempt may go to another pool, when its own has no other origin.',
      v.optional(bool, false),
    ),
  },
  'an object',
);
