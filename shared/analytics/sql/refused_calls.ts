import { closest } from 'fastest-levenshtein';
import { FUNCTIONS } from './functions.ts';
import { type Refusal, refuse } from './refusal.ts';
import { is, type Token } from './tokens.ts';

/** Keywords after which a `(` opens a list, an expression or a subquery, and is no call. */
const BEFORE_PARENTHESIS =
  'SELECT DISTINCT FROM WHERE BY HAVING AND OR NOT IN BETWEEN LIKE ILIKE LIMIT OFFSET'.split(' ');

/** Functions that production lacks, and what does the same there. */
const INSTEAD: Readonly<Record<string, string>> = {
  multiif: 'nest if(condition, a, b)',
  uniq: 'write count(DISTINCT x)',
  uniqexact: 'write count(DISTINCT x)',
  quantile: 'write quantileExactWeighted(q)(x, _sample_interval)',
  quantileexact: 'write quantileExactWeighted(q)(x, _sample_interval)',
  median: 'write quantileExactWeighted(0.5)(x, _sample_interval)',
  any: 'write first_value(x)',
  concat: "write format('{}{}', a, b)",
};

/**
 * Finds a call of anything but a function of the reference. A `(` after a name is a call.
 * @param open the index of a `(`
 */
export function* refusedCalls(tokens: readonly Token[], open: number): Generator<Refusal> {
  const called = tokens[open - 1];
  if (called === undefined || startsOperand(called)) return;
  // In `quantileExactWeighted(0.5)(x, w)` the name stands before the first pair.
  const name = is(called, ')') ? tokens[openingOf(tokens, open - 1) - 1] : called;
  if (name === undefined || startsOperand(name))
    yield refuse(called, 'a `(` after a `)` that closes no call', 'write an operator between them');
  else if (name.type === 'quoted')
    yield refuse(name, `${name.text} is called by a quoted name`, 'write a function without quotes');
  else if (name.type !== 'word')
    yield refuse(name, `\`(\` after ${name.text}`, 'write an operator or a comma between them');
  else if (!FUNCTIONS.has(name.text.toLowerCase()))
    yield refuse(name, `function \`${name.text}\` is not supported`, insteadOf(name.text));
}

/** The index of the `(` that a `)` closes; 0 if there is none. */
function openingOf(tokens: readonly Token[], close: number): number {
  let depth = 0;
  for (let index = close; index > 0; index--) {
    if (is(tokens[index], ')')) depth++;
    else if (is(tokens[index], '(') && --depth === 0) return index;
  }
  return 0;
}

function insteadOf(name: string): string {
  const nearest = closest(name.toLowerCase(), [...FUNCTIONS.keys()]);
  return INSTEAD[name.toLowerCase()] ?? `the nearest that is: ${FUNCTIONS.get(nearest)}`;
}

/** Whether a value begins after this token. */
export function startsOperand(before: Token | undefined): boolean {
  return (before?.type === 'operator' && !is(before, ')')) || is(before, ...BEFORE_PARENTHESIS);
}
