import { check } from './check.ts';
import type { Expression } from './expression.ts';
import { ExpressionError } from './expression_error.ts';
import { parse } from './parse.ts';

/** What a rule's `condition` means, and all that is wrong with it. */
export interface ParsedCondition {
  /** Absent for an empty condition, which is always true, and for one with errors. */
  expression?: Expression;
  errors: ExpressionError[];
}

/** Reads and checks a condition. Never throws, whatever the text. */
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
