import { INTERVAL_UNITS, REFUSED_WORDS } from './keywords.ts';
import { type Refusal, refuse } from './refusal.ts';
import { refusedCalls, startsOperand } from './refused_calls.ts';
import { is, nameOf, type Token } from './tokens.ts';

/** The formats that `FORMAT` accepts. */
export const FORMATS = ['JSON', 'JSONEachRow', 'TabSeparated'] as const;

const OPERATORS = new Set('+ - * / % = != <> < <= > >= ( ) , ;'.split(' '));

/** Finds words, operators and calls that production does not know, one token after the other. */
export function* refusedWords(tokens: readonly Token[]): Generator<Refusal> {
  const aliases = new Set(tokens.filter((_, index) => is(tokens[index - 1], 'AS')).map(nameOf));
  for (const [index, token] of tokens.entries()) {
    const previous = tokens[index - 1];
    const next = tokens[index + 1];
    const upper = token.text.toUpperCase();
    if (is(token, '(')) yield* refusedCalls(tokens, index);
    if (token.type === 'operator' && !OPERATORS.has(token.text))
      yield refuse(token, `operator \`${token.text}\` is unknown`, 'docs/sql.md lists the operators');
    // The IN of `position('a' IN origin)` takes no list.
    if (is(token, 'IN') && !is(next, '(') && !is(tokens[index - 3], 'POSITION'))
      yield refuse(next ?? token, 'IN without a list', "write IN ('a', 'b')");
    if (token.type !== 'word') continue;
    // An alias may be a refused word, after its AS and wherever a value can stand. In `AS AS INTO` the alias is `AS`, not `INTO`.
    if (
      (is(previous, 'AS') && !is(tokens[index - 2], 'AS')) ||
      (aliases.has(token.text) && startsOperand(previous))
    )
      continue;
    const fix = REFUSED_WORDS.get(upper);
    if (fix) yield refuse(token, `${upper} is not supported`, fix);
    else if (upper === 'INTERVAL') yield* interval(token, next, tokens[index + 2]);
    else if (upper === 'FORMAT' && !is(next, '(')) yield* format(token, next);
    else if (upper === 'SELECT' && is(next, 'DISTINCT'))
      yield refuse(token, 'SELECT DISTINCT is not supported', 'use GROUP BY');
  }
}

function* interval(token: Token, amount: Token | undefined, unit: Token | undefined): Generator<Refusal> {
  if (amount?.type === 'number')
    yield refuse(amount, 'the number of an interval must be quoted', `write INTERVAL '${amount.text}' …`);
  else if (amount?.type !== 'string' || !INTERVAL_UNITS.has(unit?.text.toUpperCase() ?? ''))
    yield refuse(
      token,
      'the interval has no number or no unit',
      "write INTERVAL '1' HOUR, with a unit from YEAR to SECOND",
    );
}

function* format(token: Token, name: Token | undefined): Generator<Refusal> {
  if (!FORMATS.some((known) => known === name?.text))
    yield refuse(name ?? token, `format \`${name?.text ?? ''}\` is unknown`, `use ${FORMATS.join(', ')}`);
}
