import type { Balancer, FixedResponse, Rule } from '../../../shared/model/config.ts';
import { effectiveBalancer } from '../../../shared/model/effective.ts';
import type { Incoming } from '../request/facts.ts';
import type { CompiledRules } from './compile_rules.ts';
import { fieldReader } from './field_reader.ts';

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
