import { compile, type ReadField } from './compile.ts';
import type { Expression } from './expression.ts';

/** A comparison in a condition, and its value for a request. */
export interface DecisivePart {
  part: Expression;
  holds: boolean;
}

/**
 * The comparisons that decide a condition's value. As long as they have these values, the others change nothing: of an `and` that is
 * false, they are those of its false operands.
 * @throws {Error} if this version does not know an operator or function
 */
export function decisiveParts(expression: Expression, read: ReadField): DecisivePart[] {
  const holds = compile(expression)(read);
  switch (expression.op) {
    case 'not':
      return decisiveParts(expression.of, read);
    case 'and':
    case 'or': {
      if (expression.of.length === 0) return [{ part: expression, holds }];
      const one_decides = holds === (expression.op === 'or');
      const deciding = one_decides
        ? expression.of.filter((operand) => compile(operand)(read) === holds)
        : expression.of;
      return deciding.flatMap((operand) => decisiveParts(operand, read));
    }
    case 'xor':
      return expression.of.flatMap((operand) => decisiveParts(operand, read));
    default:
      return [{ part: expression, holds }];
  }
}
