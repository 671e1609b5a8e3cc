import type { RuleResult } from '../../../shared/contracts/explain.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { CompiledRule } from '../rules/compile_rules.ts';
import { fieldReader } from '../rules/field_reader.ts';

/** Which pool sets and rules apply to a request, as its trace says, and why the others do not. Call it after `withRules`. */
export function ruleResults(exchange: Exchange): RuleResult[] {
  const { compiled, balancer, trace } = exchange;
  const { pool_sets = [], rules = [] } = compiled.rules.get(balancer) ?? {};
  const read = fieldReader(exchange, balancer);
  const applied = new Set(trace.rules);
  const resultOf =
    (kind: RuleResult['kind']) =>
    ({ rule: { name, condition }, holds }: CompiledRule): RuleResult => ({
      kind,
      name,
      result: applied.has(`${kind}:${name.replaceAll(',', ' ')}`)
        ? 'applied'
        : holds(read)
          ? 'not_reached'
          : 'false',
      ...(condition !== undefined && { condition }),
    });
  return [...pool_sets.map(resultOf('pool_set')), ...rules.map(resultOf('rule'))];
}
