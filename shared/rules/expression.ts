import type { Program } from './program.ts';

// A rule's condition in the published configuration, as plain JSON. It is parsed and checked before publication, so the gateway
// needs neither a parser nor error messages. Shapes are only ever added. In a gateway that does not know one, the rule never
// matches (compile.ts).

export type Expression = Combination | Negation | Comparison | Truth;

/**
 * Two or more operands: `a and b and c` is one node. Without operands it is a constant, which every version of the gateway
 * evaluates the same: `and` is true, `or` is false.
 */
export interface Combination {
  op: 'and' | 'or' | 'xor';
  of: Expression[];
}

export interface Negation {
  op: 'not';
  of: Expression;
}

/** A Boolean value: `starts_with(http.host, "api.")`. */
export interface Truth {
  op: 'is';
  left: Value;
}

export type Comparison =
  | { op: Ordering; left: Value; right: Literal }
  | { op: 'contains' | 'wildcard' | 'strict wildcard'; left: Value; right: string }
  /** `right` is the pattern as written, `program` its compiled form. */
  | { op: 'matches'; left: Value; right: string; program: Program }
  | { op: 'in'; left: Value; right: Element[] };

export type Ordering = (typeof ORDERINGS)[number];
export const ORDERINGS = ['eq', 'ne', 'lt', 'le', 'gt', 'ge'] as const;

/** A field or a function call, with indices if it is a map or an array. */
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

/** A map's key, an array's index, or null for `[*]`, every element. */
export type Index = string | number | null;

export type Argument = Literal | Value | Expression;

/** `ip`: an address. */
export type Literal = string | number | { ip: string };

/** An element of `in { … }`. `ip` may also be a network (`10.0.0.0/8`) or a range (`10.0.0.1..10.0.0.9`). */
export type Element = Literal | { from: number; to: number };

export function isValue(argument: Argument): argument is Value {
  return typeof argument === 'object' && ('field' in argument || 'call' in argument);
}

export function isExpression(argument: Argument): argument is Expression {
  return typeof argument === 'object' && 'op' in argument;
}

/** Whether a value ends in `[*]`, so that it is tested element by element. */
export function isEach(argument: Argument | undefined): boolean {
  return argument !== undefined && isValue(argument) && argument.at?.at(-1) === null;
}
