import { defined } from '../defined.ts';
import type { Balancer, Overrides, Rule } from '../model/config.ts';
import { constantOf, parseCondition } from '../rules/condition.ts';
import type { Expression } from '../rules/expression.ts';
import type { FieldName } from '../rules/fields.ts';
import { inFull } from './flat_overrides.ts';
import type { IdOf } from './ids.ts';
import { normaliseSession } from './normalise_session.ts';
import type { FilledBalancer } from './schema.ts';

type FilledRule = NonNullable<FilledBalancer['rules']>[number];
type FilledPoolSet = NonNullable<FilledBalancer['pool_sets']>[number];
/** Overrides of a rule or a pool set, in the form of a load balancer. */
type FilledOverrides = Omit<
  NonNullable<FilledRule['overrides']>,
  'pools' | 'pool_weights' | 'pool_default_weight'
>;

/** A balancer whose pool sets and rules are normalised. */
interface BalancerContext {
  balancer: FilledBalancer;
  /** Of the balancer, in the form of requests. */
  path: string;
  idOf: IdOf;
  /** Ids of all pools that the balancer, its pool sets and its rules may use. */
  pools: readonly string[];
}

const POOL_MAPS = ['region_pools', 'country_pools', 'pop_pools'] as const;

/** Every pool that a balancer's rules and pool sets name, by id or name. */
export function poolsOfRules({ rules, pool_sets }: Pick<FilledBalancer, 'rules' | 'pool_sets'>): string[] {
  return [...rules, ...pool_sets].flatMap(({ overrides }) => (overrides ? poolsOf(inFull(overrides)) : []));
}

function poolsOf({ default_pools = [], fallback_pool, ...rest }: FilledOverrides): string[] {
  const mapped = POOL_MAPS.flatMap((map) => Object.values(rest[map] ?? {}).flat());
  return [...default_pools, ...(fallback_pool === undefined ? [] : [fallback_pool]), ...mapped];
}

/**
 * Normalises a balancer's pool sets and rules, in the order in which they apply. Conditions are parsed, and overrides have the
 * form of a normalised balancer. Rules that are disabled or never apply are left out. Names are made unique.
 */
export function normaliseRules(context: BalancerContext): Pick<Balancer, 'rules' | 'pool_sets'> {
  const { balancer } = context;
  const taken = new Set<string>();
  const pool_sets = balancer.pool_sets.flatMap((set, index): Rule[] => {
    if (set.disabled) return [];
    return [
      {
        name: unique(set.name || `pool set ${index + 1}`, taken),
        ...defined({ condition: placeCondition(set.match?.topology) }),
        ...effect(asRule(set), context),
      },
    ];
  });
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
          ...effect(rule, context),
        },
      ];
    });
  return {
    ...(rules.length > 0 ? { rules } : {}),
    ...(pool_sets.length > 0 ? { pool_sets } : {}),
  };
}

/** A set with pools and without a policy tries them in failover order, whatever the balancer's policy. */
function asRule({
  overrides,
  fixed_response,
}: FilledPoolSet): Pick<FilledRule, 'overrides' | 'fixed_response'> {
  const policy = overrides?.pools === undefined ? {} : { steering_policy: 'off' as const };
  return { overrides: overrides && { ...policy, ...overrides }, fixed_response };
}

/** The fields that the lists of a pool set are compared with. */
export const PLACE_FIELD = {
  pops: 'place.pop',
  countries: 'place.country',
  regions: 'cf.load_balancer.region',
} as const satisfies Record<string, FieldName>;

/** The condition of a pool set. @returns undefined: it matches every request */
function placeCondition(topology: NonNullable<FilledPoolSet['match']>['topology']): Expression | undefined {
  const tests = (['pops', 'countries', 'regions'] as const).flatMap((kind): Expression[] => {
    const codes = topology?.[kind];
    return codes === undefined ? [] : [{ op: 'in', left: { field: PLACE_FIELD[kind] }, right: codes }];
  });
  const [only, ...others] = tests;
  return others.length === 0 ? only : { op: 'and', of: tests };
}

/**
 * A unique name. Gateways send names to selectors, which may hold another configuration. Commas and control characters become
 * spaces, because lists of names are joined with a comma or a line break.
 */
function unique(given: string, taken: Set<string>): string {
  const name = given.replace(/[\p{Cc},]+/gu, ' ');
  let own = name;
  for (let copy = 2; taken.has(own); copy++) own = `${name} (${copy})`;
  taken.add(own);
  return own;
}

function effect(
  { overrides, fixed_response }: Pick<FilledRule, 'overrides' | 'fixed_response'>,
  context: BalancerContext,
): Pick<Rule, 'overrides' | 'fixed_response'> {
  if (fixed_response) {
    const { location, ...rest } = fixed_response;
    return { fixed_response: { ...rest, ...(location ? { location } : {}) } };
  }
  const normalised = overrides ? normaliseOverrides(inFull(overrides), context) : {};
  return Object.keys(normalised).length > 0 ? { overrides: normalised } : {};
}

function normaliseOverrides(
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
