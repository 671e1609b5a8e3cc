import { defined } from '../defined.ts';
import type { UnusedRule } from '../model/balancer.ts';
import type { Balancer, Rule } from '../model/config.ts';
import { constantOf, parseCondition } from '../rules/condition.ts';
import type { Expression } from '../rules/expression.ts';
import type { FieldName } from '../rules/fields.ts';
import { inFull } from './flat_overrides.ts';
import { type BalancerContext, normaliseOverrides, poolsOf } from './normalise_overrides.ts';
import type { FilledBalancer } from './schema.ts';

type FilledRule = NonNullable<FilledBalancer['rules']>[number];
type FilledPoolSet = NonNullable<FilledBalancer['pool_sets']>[number];
/** Every pool that a balancer's rules and pool sets name, by id or name. */
export function poolsOfRules({ rules, pool_sets }: Pick<FilledBalancer, 'rules' | 'pool_sets'>): string[] {
  return [...rules, ...pool_sets].flatMap(({ overrides }) => (overrides ? poolsOf(inFull(overrides)) : []));
}

/**
 * Normalises a balancer's pool sets and rules, in the order in which they apply. Conditions are parsed, and overrides have the
 * form of a normalised balancer. Of rules that are disabled or never apply, only the names are kept. Names are made unique.
 */
export function normaliseRules(
  context: BalancerContext,
): Pick<Balancer, 'rules' | 'pool_sets' | 'unused_rules'> {
  const { balancer } = context;
  const taken = new Set<string>();
  const unused_rules: UnusedRule[] = [];
  const pool_sets = balancer.pool_sets.flatMap((set, index): Rule[] => {
    const name = set.name || `pool set ${index + 1}`;
    if (set.disabled) {
      unused_rules.push({ kind: 'pool_set', name, result: 'disabled' });
      return [];
    }
    return [
      {
        name: unique(name, taken),
        ...defined({ condition: placeCondition(set.match?.topology) }),
        ...effect(asRule(set), context),
      },
    ];
  });
  const rules = (balancer.rules ?? [])
    .map((rule, index) => ({ ...rule, name: rule.name || `rule ${index + 1}` }))
    .sort((a, b) => a.priority - b.priority)
    .flatMap((rule): Rule[] => {
      const { expression } = parseCondition(rule.condition);
      const constant = expression === undefined ? true : constantOf(expression);
      if (rule.disabled || constant === false) {
        const result = rule.disabled ? 'disabled' : 'never_true';
        unused_rules.push({ kind: 'rule', name: rule.name, result });
        return [];
      }
      return [
        {
          name: unique(rule.name, taken),
          ...(constant === true ? {} : { condition: expression }),
          ...(rule.terminates || rule.fixed_response ? { terminates: true } : {}),
          ...effect(rule, context),
        },
      ];
    });
  // Last, so that they take no name from a rule that applies.
  const unused = unused_rules.map((rule) => ({ ...rule, name: unique(rule.name, taken) }));
  return {
    ...(rules.length > 0 ? { rules } : {}),
    ...(pool_sets.length > 0 ? { pool_sets } : {}),
    ...(unused.length > 0 ? { unused_rules: unused } : {}),
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
