import type { RuleResult } from '../../../shared/contracts/explain.ts';
import type { FieldName } from '../../../shared/rules/fields.ts';
import { fieldsIn } from '../../../shared/rules/fields_in.ts';
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
    ({ rule: { name, condition }, holds }: CompiledRule): RuleResult => {
      const about = { kind, name, ...(condition && { condition }) };
      if (applied.has(`${kind}:${name.replaceAll(',', ' ')}`)) return { ...about, result: 'applied' };
      if (condition === undefined || holds(read)) return { ...about, result: 'not_reached' };
      const values = fieldsIn(condition).map((named) => ({
        ...named,
        value: read(named.field as FieldName, named.key),
      }));
      return { ...about, result: 'false', values };
    };
  return [
    ...pool_sets.map(resultOf('pool_set')),
    ...rules.map(resultOf('rule')),
    ...(balancer.unused_rules ?? []),
  ];
}
