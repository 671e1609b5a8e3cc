import type { Balancer, FixedResponse, Rule } from '../../../shared/config/config.ts';
import { type Condition, compile } from '../../../shared/rules/compile.ts';
import { effectiveBalancer } from '../../../shared/rules/effective.ts';
import type { Exchange } from '../exchange.ts';
import { mark } from '../trace.ts';
import { fieldReader } from './field_reader.ts';

/** A rule ready to be applied. */
export interface LoadedRule {
  rule: Rule;
  holds: Condition;
}

/** The rules of all balancers that have some, by balancer, compiled once for a configuration. */
export function prepareRules(balancers: readonly Balancer[]): ReadonlyMap<Balancer, readonly LoadedRule[]> {
  const loaded = new Map<Balancer, readonly LoadedRule[]>();
  for (const balancer of balancers)
    if (balancer.rules !== undefined)
      loaded.set(
        balancer,
        balancer.rules.map((rule) => ({ rule, holds: conditionOf(rule) })),
      );
  return loaded;
}

/** What the rules of a balancer make of a request. */
export interface Ruled {
  /** The answer; undefined: it goes on, served by `balancer`. */
  fixed: FixedResponse | undefined;
  balancer: Balancer;
  /** Names of the rules whose overrides `balancer` has; absent: none. */
  rules?: readonly string[];
}

/** Looks at the rules in their order, until one that applies terminates. Never throws. */
export function applyRules(exchange: Exchange, rules: readonly LoadedRule[]): Ruled {
  const { balancer, trace } = exchange;
  const read = fieldReader(exchange);
  const applied: string[] = [];
  let fixed: FixedResponse | undefined;
  for (const { rule, holds } of rules) {
    if (!holds(read)) continue;
    mark(trace, `rule:${rule.name.replaceAll(',', ' ')}`);
    if (rule.overrides !== undefined) applied.push(rule.name);
    fixed = rule.fixed_response;
    if (rule.terminates === true) break;
  }
  if (applied.length === 0) return { fixed, balancer };
  return { fixed, balancer: effectiveBalancer(balancer, applied), rules: applied };
}

/** A condition that a newer version published and this one cannot read holds for nobody. */
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
