import type { FieldValue, RuleResult, ShownPart, ShownRule } from '../../shared/contracts/explain.ts';
import type { ReadField } from '../../shared/rules/compile.ts';
import { decisiveParts } from '../../shared/rules/decisive.ts';
import type { Expression } from '../../shared/rules/expression.ts';
import { fieldsIn, type NamedField } from '../../shared/rules/fields_in.ts';
import { print, printValue } from '../../shared/rules/print.ts';

/** A rule of the gateway's explanation for people: its condition as text, and the comparisons that make it false. */
export function shownRule({ condition, values, ...rule }: RuleResult): ShownRule {
  if (condition === undefined) return rule;
  const because = values && partsOf(condition, values);
  return { ...rule, condition: print(condition), ...(because && { because }) };
}

/** @returns undefined: this console is older than the gateway and cannot read the condition */
function partsOf(condition: Expression, values: readonly FieldValue[]): ShownPart[] | undefined {
  const known = new Map(values.map((one) => [nameOf(one), one.value]));
  const read: ReadField = (field, key) => known.get(nameOf({ field, ...(key !== undefined && { key }) }));
  try {
    return decisiveParts(condition, read).map(({ part, holds }) => {
      const names = fieldsIn(part).map(nameOf);
      return {
        condition: print(part),
        holds,
        values: Object.fromEntries(names.map((name) => [name, known.get(name) ?? null])),
      };
    });
  } catch (error) {
    console.error(`console: cannot read a condition that the gateway explains: ${String(error)}`);
    return undefined;
  }
}

function nameOf({ field, key }: NamedField): string {
  return printValue({ field, ...(key !== undefined && { at: [key] }) });
}
