import type { Balancer, FixedResponse, Rule } from '../../../shared/model/config.ts';
import { effectiveBalancer } from '../../../shared/model/effective.ts';
import { type Condition, compile } from '../../../shared/rules/compile.ts';
import type { Incoming } from '../request/incoming.ts';
import { fieldReader } from './field_reader.ts';

/** A rule ready to be applied. */
export interface LoadedRule {
  rule: Rule;
  holds: Condition;
}

/** The pool sets and rules of one balancer. */
export interface PreparedRules {
  /** The first one whose condition holds applies, before the rules. */
  pool_sets: readonly LoadedRule[];
  rules: readonly LoadedRule[];
}

/** Pool sets and rules of all balancers that have some, by balancer, compiled once for a configuration. */
export function prepareRules(balancers: readonly Balancer[]): ReadonlyMap<Balancer, PreparedRules> {
  const compiled = new Map<Balancer, PreparedRules>();
  const load = (rule: Rule): LoadedRule => ({ rule, holds: conditionOf(rule) });
  for (const balancer of balancers) {
    const { pool_sets = [], rules = [] } = balancer;
    if (pool_sets.length + rules.length > 0)
      compiled.set(balancer, { pool_sets: pool_sets.map(load), rules: rules.map(load) });
  }
  return compiled;
}

/** What pool sets and rules say about a request. */
export interface Ruled {
  /** The answer; undefined: an origin of `balancer` answers. */
  fixed: FixedResponse | undefined;
  balancer: Balancer;
  /** Names of the pool set and the rules whose overrides `balancer` has; absent: none. */
  rules?: readonly string[];
  /** What the data point says of them: `pool_set:NAME`, `rule:NAME`. */
  events: readonly string[];
}

/** Applies the first pool set that holds, then the rules in their order until one terminates. Never throws. */
export function applyRules(
  balancer: Balancer,
  { pool_sets, rules }: PreparedRules,
  incoming: Incoming,
): Ruled {
  const read = fieldReader(incoming, balancer);
  const events: string[] = [];
  const applied: string[] = [];
  let fixed: FixedResponse | undefined;
  const apply = (kind: string, { name, overrides, fixed_response }: Rule) => {
    events.push(`${kind}:${name.replaceAll(',', ' ')}`);
    if (overrides !== undefined) applied.push(name);
    fixed = fixed_response;
  };
  const set = pool_sets.find(({ holds }) => holds(read));
  if (set !== undefined) apply('pool_set', set.rule);
  for (const { rule, holds } of rules) {
    if (fixed !== undefined) break;
    if (!holds(read)) continue;
    apply('rule', rule);
    if (rule.terminates === true) break;
  }
  if (applied.length === 0) return { fixed, balancer, events };
  return { fixed, balancer: effectiveBalancer(balancer, applied), rules: applied, events };
}

/** The condition of a rule. One that a newer version published and this one cannot read holds for no request. */
function conditionOf({ name, condition }: Rule): Condition {
  if (condition === undefined) return () => true;
  try {
    const holds = compile(condition);
    return (read) => {
      try {
        return holds(read);
      } catch (error) {
        console.error(`rule "${name}"`, error);
        return false;
      }
    };
  } catch (error) {
    console.error(`rule "${name}" is not applied`, error);
    return () => false;
  }
}
