import type { Balancer, Rule } from '../../../shared/model/config.ts';
import { type Condition, compile } from '../../../shared/rules/compile.ts';
import type { CountWork, Steps } from '../../../shared/time/steps.ts';

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
