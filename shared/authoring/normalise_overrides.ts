import { defined } from '../defined.ts';
import type { Overrides } from '../model/config.ts';
import type { IdOf } from './ids.ts';
import { normaliseSession } from './normalise_session.ts';
import type { FilledBalancer } from './schema.ts';

/** Overrides of a rule or a pool set, in the form of a load balancer. */
export type FilledOverrides = Omit<
  NonNullable<NonNullable<FilledBalancer['rules']>[number]['overrides']>,
  'pools' | 'pool_weights' | 'pool_default_weight'
>;

/** A balancer whose pool sets and rules are normalised. */
export interface BalancerContext {
  balancer: FilledBalancer;
  /** Of the balancer, in the form of requests. */
  path: string;
  idOf: IdOf;
  /** Ids of all pools that the balancer, its pool sets and its rules may use. */
  pools: readonly string[];
}

const POOL_MAPS = ['region_pools', 'country_pools', 'pop_pools'] as const;

/** Every pool that overrides name, by id or name. */
export function poolsOf({ default_pools = [], fallback_pool, ...rest }: FilledOverrides): string[] {
  const mapped = POOL_MAPS.flatMap((map) => Object.values(rest[map] ?? {}).flat());
  return [...default_pools, ...(fallback_pool === undefined ? [] : [fallback_pool]), ...mapped];
}

/** Normalises the overrides of a rule or a pool set: ids for pools, and maps that the rule replaces. */
export function normaliseOverrides(
  overrides: FilledOverrides,
  { balancer, path, idOf, pools }: BalancerContext,
): Overrides {
  const { default_pools, fallback_pool, random_steering, adaptive_routing } = overrides;
  const named = POOL_MAPS.filter((map) => overrides[map] !== undefined);
  // A rule with pools and without a map means these pools for every request. Otherwise the maps of a balancer that steers by
  // `geo` would win over the rule, which is why Cloudflare calls the two incompatible.
  const cleared = default_pools !== undefined && named.length === 0 ? POOL_MAPS : [];
  const weights = new Map(
    Object.entries(random_steering?.pool_weights ?? {}).map(([pool, weight]) => [idOf(pool), weight]),
  );
  return {
    ...defined({
      default_pools: default_pools?.map(idOf),
      fallback_pool: fallback_pool && idOf(fallback_pool),
      steering_policy: steeringPolicy(overrides, balancer),
      pool_weights:
        random_steering &&
        Object.fromEntries(pools.map((pool) => [pool, weights.get(pool) ?? random_steering.default_weight])),
    }),
    ...Object.fromEntries(cleared.map((map) => [map, {}])),
    ...Object.fromEntries(
      named.map((map) => [
        map,
        Object.fromEntries(
          Object.entries(overrides[map] ?? {}).map(([code, list]) => [code, list.map(idOf)]),
        ),
      ]),
    ),
    ...adaptive_routing,
    ...sessionOverride(overrides, balancer, path),
  };
}

/** Resolves `""` as in a balancer, with the maps that apply with the rule. */
function steeringPolicy(overrides: FilledOverrides, balancer: FilledBalancer): string | undefined {
  const { steering_policy: policy = balancer.steering_policy } = overrides;
  const maps = POOL_MAPS.map((map) => overrides[map]).filter((map) => map !== undefined);
  if (overrides.steering_policy === undefined && (policy !== '' || maps.length === 0)) return undefined;
  if (policy !== '') return policy;
  const held = maps.length > 0 ? maps : POOL_MAPS.map((map) => balancer[map]);
  return held.some((map) => Object.values(map).flat().length > 0) ? 'geo' : 'off';
}

function sessionOverride(overrides: FilledOverrides, balancer: FilledBalancer, path: string): Overrides {
  const {
    session_affinity = balancer.session_affinity,
    session_affinity_ttl: ttl,
    session_affinity_attributes: attributes,
  } = overrides;
  if (overrides.session_affinity === undefined && ttl == null && attributes == null) return {};
  // A time for one kind of session need not be in the range of another kind.
  const same_kind = session_affinity === balancer.session_affinity;
  const fields = {
    session_affinity,
    session_affinity_ttl: ttl ?? (same_kind ? balancer.session_affinity_ttl : undefined),
    session_affinity_attributes: attributes ?? balancer.session_affinity_attributes,
  };
  return { session: normaliseSession(fields, path) ?? null };
}
