import { didYouMean } from '../suggest.ts';
import type { Argument } from './expression.ts';
import { isEach, isExpression, isValue } from './expression.ts';
import { FIELDS, INSTEAD } from './fields.ts';
import { FUNCTION_NAMES, OTHER_FUNCTIONS, type Parameter, type Signature } from './signatures.ts';
import { article, type Type } from './types.ts';

// What can be wrong with names and arguments, in words. Undefined: nothing.

export function unknownField(name: string): string {
  const instead = Object.hasOwn(INSTEAD, name) ? `; ${INSTEAD[name]}` : undefined;
  return `unknown field "${name}"${instead ?? didYouMean(name, Object.keys(FIELDS))}`;
}

export function unknownFunction(name: string): string {
  if (OTHER_FUNCTIONS.includes(name)) return `load balancing rules have no function "${name}"`;
  return `unknown function "${name}"${didYouMean(name, FUNCTION_NAMES)}`;
}

export function wrongCount(
  name: string,
  { takes, optional = 0, rest = false }: Signature,
  count: number,
): string | undefined {
  const least = takes.length - optional;
  if (count >= least && (count <= takes.length || rest)) return undefined;
  const allowed = rest ? `${least} or more` : optional > 0 ? `${least} or ${takes.length}` : `${least}`;
  return `"${name}" takes ${allowed} ${allowed === '1' ? 'argument' : 'arguments'}, got ${count}`;
}

/**
 * @param type of the argument, or of its elements if it ends in `[*]`
 * @param index of the argument, from 0
 */
export function wrongArgument(
  argument: Argument,
  type: Type,
  { types, literal }: Parameter,
  index: number,
): string | undefined {
  const is_literal = typeof argument !== 'object' || !(isValue(argument) || isExpression(argument));
  if (literal === 'must' && !is_literal) return 'must be a literal';
  if (literal === 'must not' && is_literal) return 'must be a field or a function, not a literal';
  if (index > 0 && isEach(argument)) return 'has `[*]`, which only the first argument can have';
  return types.includes(type)
    ? undefined
    : `must be ${types.map(article).join(' or ')}, got ${article(type)}`;
}
