import type { Balancer, Overrides, Rule } from '../model/config.ts';
import type { Expression } from '../rules/expression.ts';
import { print } from '../rules/print.ts';
import { liftSessionOverride } from './lift_session.ts';
import { liftWeights } from './lift_steering.ts';
import { PLACE_FIELD } from './normalise_rules.ts';
import { MAX_NAME } from './pool_sets.ts';
import type { FilePoolSet, FileRule } from './schema.ts';

// The inverse of normalise_rules.ts.

type FileOverrides = NonNullable<FileRule['overrides']>;
type Topology = NonNullable<FilePoolSet['match']>['topology'];

const POOL_MAPS = ['region_pools', 'country_pools', 'pop_pools'] as const;

/** Rules in their order, which needs no `priority`. @param pools ids of all pools of the configuration */
export function liftRules(balancer: Balancer, pools: ReadonlySet<string>): FileRule[] {
  return (balancer.rules ?? []).map(({ name, condition, terminates, overrides, fixed_response }) => ({
    name,
    condition: condition && print(condition),
    // A fixed response terminates anyway.
    terminates: fixed_response === undefined ? terminates : undefined,
    overrides: overrides && liftOverrides(overrides, balancer, pools),
    fixed_response,
  }));
}

/** Whether a rule has pool maps and leaves the policy to its load balancer, which must then name it. */
export function leavesPolicyOpen({ overrides }: Rule): boolean {
  return (
    overrides !== undefined &&
    overrides.steering_policy === undefined &&
    !clearsMaps(overrides) &&
    POOL_MAPS.some((map) => overrides[map] !== undefined)
  );
}

function liftOverrides(overrides: Overrides, balancer: Balancer, pools: ReadonlySet<string>): FileOverrides {
  const { default_pools, fallback_pool, steering_policy, pool_weights, failover_across_pools } = overrides;
  const { region_pools, country_pools, pop_pools } = overrides;
  return {
    ...{ default_pools, fallback_pool, steering_policy },
    // Pools without a map replace all maps.
    ...(clearsMaps(overrides) ? {} : { region_pools, country_pools, pop_pools }),
    random_steering: pool_weights && liftWeights(pool_weights, pools),
    adaptive_routing: failover_across_pools === undefined ? undefined : { failover_across_pools },
    ...liftSessionOverride(overrides.session, balancer.session),
  };
}

function clearsMaps(overrides: Overrides): boolean {
  const maps = POOL_MAPS.map((map) => overrides[map]);
  return overrides.default_pools !== undefined && maps.every((map) => map && Object.keys(map).length === 0);
}

export function liftPoolSets({ pool_sets = [] }: Balancer, pools: ReadonlySet<string>): FilePoolSet[] {
  return pool_sets.map(({ name, condition, overrides, fixed_response }) => {
    const topology = topologyOf(condition);
    return {
      name: shortened(name),
      // Without its places the set would apply to every request.
      disabled: condition !== undefined && topology === undefined,
      match: topology && { topology },
      overrides: overrides && liftSetOverrides(overrides, pools),
      fixed_response,
    };
  });
}

/** Two sets with the longest name allowed: the second is `NAME (2)` in the configuration, and too long for a file. */
function shortened(name: string): string {
  return name.length > MAX_NAME ? name.replace(/ \(\d+\)$/, '') : name;
}

function liftSetOverrides(
  { default_pools, fallback_pool, steering_policy, pool_weights }: Overrides,
  known: ReadonlySet<string>,
): FilePoolSet['overrides'] {
  const weights = pool_weights && liftWeights(pool_weights, known);
  return {
    pools: default_pools,
    // The default weight alone says that all weights are equal.
    pool_weights: Object.keys(weights?.pool_weights ?? {}).length > 0 ? weights?.pool_weights : undefined,
    pool_default_weight: weights?.default_weight,
    fallback_pool,
    steering_policy: setPolicy(steering_policy, default_pools),
  };
}

/** A set with pools has the policy `off` if it names none. It cannot name `geo`, which is `""` in a load balancer with maps. */
function setPolicy(policy: string | undefined, pools: readonly string[] | undefined): string | undefined {
  if (policy === 'off' && pools !== undefined) return undefined;
  return policy === 'geo' ? '' : policy;
}

/** The places of a pool set. @returns undefined: there is no condition, or it is not one of places */
function topologyOf(condition: Expression | undefined): Topology {
  if (condition === undefined) return undefined;
  const tests = condition.op === 'and' ? condition.of : [condition];
  const places = tests.flatMap((test) => {
    if (test.op !== 'in' || !('field' in test.left)) return [];
    const { field } = test.left;
    const kind = Object.entries(PLACE_FIELD).find(([, name]) => name === field)?.[0];
    return kind === undefined ? [] : [[kind, test.right] as const];
  });
  return places.length === tests.length ? (Object.fromEntries(places) as Topology) : undefined;
}
