import type { Combination, Comparison, Ordering } from './expression.ts';

/** Logical operators with their precedence. `not` binds more tightly than all of them. */
export const LOGICAL: Readonly<Record<string, { op: Combination['op']; power: number }>> = {
  or: { op: 'or', power: 1 },
  '||': { op: 'or', power: 1 },
  xor: { op: 'xor', power: 2 },
  '^^': { op: 'xor', power: 2 },
  and: { op: 'and', power: 3 },
  '&&': { op: 'and', power: 3 },
};

/** Comparison operators in both spellings; `strict` is the first word of `strict wildcard`. */
export const COMPARISONS: Readonly<
  Record<string, Ordering | 'contains' | 'matches' | 'in' | 'wildcard' | 'strict'>
> = {
  eq: 'eq',
  '==': 'eq',
  ne: 'ne',
  '!=': 'ne',
  lt: 'lt',
  '<': 'lt',
  le: 'le',
  '<=': 'le',
  gt: 'gt',
  '>': 'gt',
  ge: 'ge',
  '>=': 'ge',
  contains: 'contains',
  matches: 'matches',
  '~': 'matches',
  in: 'in',
  wildcard: 'wildcard',
  strict: 'strict',
};

/** Operators that are words, for suggestions. */
export const OPERATOR_WORDS: readonly string[] = [
  ...Object.keys(COMPARISONS),
  ...Object.keys(LOGICAL),
  'not',
].filter((word) => /^[a-z]/.test(word));

/** The operators of each type, from Cloudflare's table of comparison operators. */
export const OPERATORS_OF: Readonly<Record<string, readonly Comparison['op'][]>> = {
  String: ['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'contains', 'matches', 'in', 'wildcard', 'strict wildcard'],
  Integer: ['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'in'],
  'IP address': ['eq', 'ne', 'in'],
};
