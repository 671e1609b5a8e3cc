import type { Program } from './program.ts';

// A condition of a rule, as it stands in the published configuration: parsed and checked by whoever publishes, so that
// the gateway carries neither parser nor error messages, and a condition that cannot be read never reaches it. Plain
// JSON. Shapes are only ever added: a gateway that does not know one lets its rule never match (compile.ts).

export type Expression = Combination | Negation | Comparison | Truth;

/**
 * Two or more operands: `a and b and c` without parentheses is one node. No operand at all is a constant: `and` of none
 * is true, `or` of none is false, which every version of the gateway evaluates so.
 */
export interface Combination {
  op: 'and' | 'or' | 'xor';
  of: Expression[];
}

export interface Negation {
  op: 'not';
  of: Expression;
}

/** A value that is true or false by itself: `starts_with(http.host, "api.")`. */
export interface Truth {
  op: 'is';
  left: Value;
}

export type Comparison =
  | { op: Ordering; left: Value; right: Literal }
  | { op: 'contains' | 'wildcard' | 'strict wildcard'; left: Value; right: string }
  /** `right` is what was written, `program` what runs. */
  | { op: 'matches'; left: Value; right: string; program: Program }
  | { op: 'in'; left: Value; right: Element[] };

export type Ordering = (typeof ORDERINGS)[number];
export const ORDERINGS = ['eq', 'ne', 'lt', 'le', 'gt', 'ge'] as const;

/** A field or a function call, and the way into it if it is a map or an array. */
export type Value = Field | Call;

export interface Field {
  field: string;
  at?: Index[];
}

export interface Call {
  call: string;
  args: Argument[];
  at?: Index[];
}

/** A map's key, an array's index, or null for `[*]`, which means every element. */
export type Index = string | number | null;

export type Argument = Literal | Value | Expression;

/** `ip`: an address. */
export type Literal = string | number | { ip: string };

/** One of `in { … }`. `ip` may also be a network (`10.0.0.0/8`) or a range (`10.0.0.1..10.0.0.9`). */
export type Element = Literal | { from: number; to: number };

export function isValue(argument: Argument): argument is Value {
  return typeof argument === 'object' && ('field' in argument || 'call' in argument);
}

export function isExpression(argument: Argument): argument is Expression {
  return typeof argument === 'object' && 'op' in argument;
}

/** Whether a value ends in `[*]`: what is asked of it is asked of each element. */
export function isEach(argument: Argument | undefined): boolean {
  return argument !== undefined && isValue(argument) && argument.at?.at(-1) === null;
}
