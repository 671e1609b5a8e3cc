import { check } from './check.ts';
import { type Argument, type Expression, isValue, type Value } from './expression.ts';
import { DNS_FIELDS } from './fields.ts';
import { fieldsIn } from './fields_in.ts';
import { parse } from './parse.ts';
import { ExpressionError } from './tokens.ts';

/** A rule's parsed `condition`, and its errors. */
export interface ParsedCondition {
  /** Absent: the condition is empty, which is always true, or has errors. */
  expression?: Expression;
  errors: ExpressionError[];
}

/** Parses and checks a condition. Never throws. */
export function parseCondition(text: string): ParsedCondition {
  if (text.trim() === '') return { errors: [] };
  try {
    const { expression, places } = parse(text);
    const errors = check(expression, places);
    return errors.length > 0 ? { errors } : { expression, errors };
  } catch (error) {
    if (error instanceof ExpressionError) return { errors: [error] };
    throw error;
  }
}

/**
 * The value of a condition that is the same for every request, because of `true`, `false` or fields that no request has.
 * @returns undefined: it depends on the request
 */
export function constantOf(expression: Expression): boolean | undefined {
  switch (expression.op) {
    case 'not': {
      const inner = constantOf(expression.of);
      return inner === undefined ? undefined : !inner;
    }
    case 'and':
    case 'or': {
      const parts = expression.of.map(constantOf);
      const decisive = expression.op === 'or';
      if (parts.includes(decisive)) return decisive;
      return parts.includes(undefined) ? undefined : !decisive;
    }
    case 'xor': {
      const parts = expression.of.map(constantOf);
      return parts.includes(undefined) ? undefined : parts.filter(Boolean).length % 2 === 1;
    }
    default:
      return isMissing(expression.left) ? false : undefined;
  }
}

/** The fields of DNS queries in a condition, in its order and without duplicates. */
export function dnsFieldsOf(expression: Expression): string[] {
  return [...new Set(fieldsIn(expression).map(({ field }) => field))].filter((field) =>
    Object.hasOwn(DNS_FIELDS, field),
  );
}

/** Whether no request has the value. A call with a missing argument is missing, except `concat`, which ignores it. */
function isMissing(value: Value): boolean {
  if ('field' in value) return Object.hasOwn(DNS_FIELDS, value.field);
  const missing = (argument: Argument) => isValue(argument) && isMissing(argument);
  return value.call === 'concat' ? value.args.every(missing) : value.args.some(missing);
}
