import { parseCondition } from '../rules/condition.ts';
import { constantOf } from '../rules/constant.ts';
import type { Overrides, Rule, SteeringPolicy } from './config.ts';
import { normaliseSession } from './normalise_session.ts';
import type { FilledConfig } from './schema.ts';

type FilledBalancer = FilledConfig['load_balancers'][number];
type FilledRule = NonNullable<FilledBalancer['rules']>[number];
type FilledOverrides = NonNullable<FilledRule['overrides']>;
type IdOf = (reference: string) => string;

const POOL_MAPS = ['region_pools', 'country_pools', 'pop_pools'] as const;

/** Every pool that a balancer's rules name, as they name it. */
export function poolsOfRules({ rules }: Pick<FilledBalancer, 'rules'>): string[] {
  return (rules ?? []).flatMap(({ overrides }) => (overrides ? poolsOf(overrides) : []));
}

function poolsOf({ default_pools = [], fallback_pool, ...rest }: FilledOverrides): string[] {
  const mapped = POOL_MAPS.flatMap((map) => Object.values(rest[map] ?? {}).flat());
  return [...default_pools, ...(fallback_pool === undefined ? [] : [fallback_pool]), ...mapped];
}

/**
 * What a balancer's rules mean, in the order in which they are looked at: conditions parsed, overrides as they stand in
 * a normalised balancer. Rules that are disabled or can never apply are left out. Every rule has a name of its own.
 * @param path of the balancer
 * @param pools ids of all pools that the balancer or one of its rules may use
 */
export function normaliseRules(
  balancer: FilledBalancer,
  path: string,
  idOf: IdOf,
  pools: Iterable<string>,
): { rules?: Rule[] } {
  const taken = new Set<string>();
  const rules = (balancer.rules ?? [])
    .map((rule, index) => ({ ...rule, name: rule.name || `rule ${index + 1}` }))
    .sort((a, b) => a.priority - b.priority)
    .filter(({ disabled }) => !disabled)
    .flatMap((rule): Rule[] => {
      const { expression } = parseCondition(rule.condition);
      const constant = expression === undefined ? true : constantOf(expression);
      if (constant === false) return [];
      return [
        {
          name: unique(rule.name, taken),
          ...(constant === true ? {} : { condition: expression }),
          ...(rule.terminates || rule.fixed_response ? { terminates: true } : {}),
          ...effect(rule, balancer, path, idOf, [...pools]),
        },
      ];
    });
  return rules.length > 0 ? { rules } : {};
}

/**
 * Selectors are told of rules by name, and need not hold the same configuration as the gateway that tells them. Commas
 * and control characters become spaces: lists of names are joined with a comma or a line break.
 */
function unique(given: string, taken: Set<string>): string {
  const name = given.replace(/[\p{Cc},]+/gu, ' ');
  let own = name;
  for (let copy = 2; taken.has(own); copy++) own = `${name} (${copy})`;
  taken.add(own);
  return own;
}

function effect(
  { overrides, fixed_response }: FilledRule,
  balancer: FilledBalancer,
  path: string,
  idOf: IdOf,
  pools: string[],
): Pick<Rule, 'overrides' | 'fixed_response'> {
  if (fixed_response) {
    const { location, ...rest } = fixed_response;
    return { fixed_response: { ...rest, ...(location ? { location } : {}) } };
  }
  const normalised = overrides ? normaliseOverrides(overrides, balancer, path, idOf, pools) : {};
  return Object.keys(normalised).length > 0 ? { overrides: normalised } : {};
}

function normaliseOverrides(
  overrides: FilledOverrides,
  balancer: FilledBalancer,
  path: string,
  idOf: IdOf,
  pools: string[],
): Overrides {
  const { default_pools, fallback_pool, random_steering, adaptive_routing } = overrides;
  const policy = steeringPolicy(overrides, balancer);
  const named = POOL_MAPS.filter((map) => overrides[map] !== undefined);
  // Where a rule names pools and nothing by place, it means these pools for everybody: otherwise the map of a balancer
  // that steers by `geo` would win over the rule, which is why Cloudflare calls the two incompatible.
  const cleared = default_pools !== undefined && named.length === 0 ? POOL_MAPS : [];
  const weights = new Map(
    Object.entries(random_steering?.pool_weights ?? {}).map(([pool, weight]) => [idOf(pool), weight]),
  );
  return {
    ...(default_pools === undefined ? {} : { default_pools: default_pools.map(idOf) }),
    ...(fallback_pool === undefined ? {} : { fallback_pool: idOf(fallback_pool) }),
    ...Object.fromEntries(cleared.map((map) => [map, {}])),
    ...Object.fromEntries(
      named.map((map) => [
        map,
        Object.fromEntries(
          Object.entries(overrides[map] ?? {}).map(([code, list]) => [code, list.map(idOf)]),
        ),
      ]),
    ),
    ...(policy === undefined ? {} : { steering_policy: policy }),
    ...(random_steering === undefined
      ? {}
      : {
          pool_weights: Object.fromEntries(
            pools.map((pool) => [pool, weights.get(pool) ?? random_steering.default_weight]),
          ),
        }),
    ...(adaptive_routing === undefined ? {} : adaptive_routing),
    ...sessionOverride(overrides, balancer, path),
  };
}

/** `""` means what it means in a balancer, with the maps that then hold. */
function steeringPolicy(overrides: FilledOverrides, balancer: FilledBalancer): SteeringPolicy | undefined {
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
  // A time that was meant for one kind of session need not be in the range of another.
  const same_kind = session_affinity === balancer.session_affinity;
  const fields = {
    session_affinity,
    session_affinity_ttl: ttl ?? (same_kind ? balancer.session_affinity_ttl : undefined),
    session_affinity_attributes: attributes ?? balancer.session_affinity_attributes,
  };
  return { session: normaliseSession(fields, path) ?? null };
}
