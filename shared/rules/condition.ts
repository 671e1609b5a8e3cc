import { check } from './check.ts';
import type { Expression } from './expression.ts';
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
