import {
  type Argument,
  type Element,
  type Expression,
  isExpression,
  isValue,
  type Value,
} from './expression.ts';

/** An expression as text that parses to the same expression, in one spelling. */
export function print(expression: Expression): string {
  switch (expression.op) {
    case 'not':
      return `not ${operand(expression.of)}`;
    case 'and':
    case 'or':
    case 'xor':
      if (expression.of.length === 0) return String(expression.op === 'and');
      return expression.of.map((each) => operand(each)).join(` ${expression.op} `);
    case 'is':
      return printValue(expression.left);
    case 'in':
      return `${printValue(expression.left)} in {${expression.right.map((each) => element(each)).join(' ')}}`;
    case 'matches':
      return `${printValue(expression.left)} matches ${raw(expression.right)}`;
    default:
      return `${printValue(expression.left)} ${expression.op} ${element(expression.right)}`;
  }
}

/** With parentheses, so that readers need not know the precedence. */
function operand(expression: Expression): string {
  return 'of' in expression && Array.isArray(expression.of) && expression.of.length > 0
    ? `(${print(expression)})`
    : print(expression);
}

/** A field or a function call as text: `http.request.headers["a"][0]`. */
export function printValue(part: Value): string {
  const base = 'field' in part ? part.field : `${part.call}(${part.args.map(argument).join(', ')})`;
  return base + (part.at ?? []).map((index) => `[${index === null ? '*' : element(index)}]`).join('');
}

function argument(part: Argument): string {
  if (typeof part !== 'object') return element(part);
  if (isValue(part)) return printValue(part);
  return isExpression(part) ? print(part) : part.ip;
}

function element(part: Element): string {
  // Other strings are read as UTF-8, which has no half characters.
  if (typeof part === 'string')
    return part.isWellFormed() ? `"${part.replace(/["\\]/g, '\\$&')}"` : raw(part);
  if (typeof part === 'number') return String(part);
  return 'ip' in part ? part.ip : `${part.from}..${part.to}`;
}

/** As a raw string, because patterns contain backslashes. */
function raw(text: string): string {
  const hashes = Math.max(-1, ...(text.match(/"#*/g) ?? []).map((found) => found.length - 1)) + 1;
  return `r${'#'.repeat(hashes)}"${text}"${'#'.repeat(hashes)}`;
}
