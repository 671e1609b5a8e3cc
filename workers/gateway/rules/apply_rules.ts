import type { Balancer, FixedResponse, Rule } from '../../../shared/model/config.ts';
import { effectiveBalancer } from '../../../shared/model/effective.ts';
import { type Condition, compile } from '../../../shared/rules/compile.ts';
import type { CountWork, Steps } from '../../../shared/time/steps.ts';
import type { Incoming } from '../request/facts.ts';
import { fieldReader } from './field_reader.ts';

/** A rule with its condition compiled. */
export interface CompiledRule {
  rule: Rule;
  holds: Condition;
}

/** The pool sets and rules of one balancer. */
export interface CompiledRules {
  /** The first pool set whose condition holds is applied before the rules. */
  pool_sets: readonly CompiledRule[];
  rules: readonly CompiledRule[];
}

/** The work of compiling a rule, in units of `SLICE_UNITS`. A regular expression and two comparisons take up to 25 µs. */
const RULE_UNITS = 25;

/** Compiles pool sets and rules, once for a configuration. Balancers without any are not in the map. */
export function* compileRules(
  balancers: readonly Balancer[],
  fills: CountWork,
): Steps<ReadonlyMap<Balancer, CompiledRules>> {
  const compiled = new Map<Balancer, CompiledRules>();
  for (const balancer of balancers) {
    const { pool_sets = [], rules = [] } = balancer;
    if (pool_sets.length + rules.length === 0) continue;
    const sets: CompiledRule[] = [];
    const others: CompiledRule[] = [];
    for (const [list, into] of [
      [pool_sets, sets],
      [rules, others],
    ] as const)
      for (const rule of list) {
        into.push({ rule, holds: conditionOf(rule) });
        if (fills(RULE_UNITS)) yield;
      }
    compiled.set(balancer, { pool_sets: sets, rules: others });
  }
  return compiled;
}

/** The effect of pool sets and rules on a request. */
export interface Ruled {
  /** The response; undefined: an origin of `balancer` answers. */
  fixed: FixedResponse | undefined;
  balancer: Balancer;
  /** Names of the pool set and the rules whose overrides `balancer` has. Absent: none. */
  rules?: readonly string[];
  /** Events for the data point: `pool_set:NAME`, `rule:NAME`. */
  events: readonly string[];
}

/** Applies the first pool set whose condition holds, then the rules in order until one terminates. It never throws. */
export function applyRules(
  balancer: Balancer,
  { pool_sets, rules }: CompiledRules,
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

/** Compiles the condition of a rule. A condition that only a newer version can read holds for no request. */
function conditionOf({ name, condition }: Rule): Condition {
  if (condition === undefined) return () => true;
  try {
    const holds = compile(condition);
    return (read) => {
      try {
        return holds(read);
      } catch (error) {
        console.error(`rule "${name}" failed for a request and was skipped`, error);
        return false;
      }
    };
  } catch (error) {
    console.error(`rule "${name}" has a condition that this version cannot read and is skipped`, error);
    return () => false;
  }
}
