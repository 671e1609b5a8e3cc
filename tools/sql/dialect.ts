import { closest } from 'fastest-levenshtein';
import { FUNCTIONS } from './functions.ts';
import { INTERVAL_UNITS, REFUSED_WORDS } from './keywords.ts';
import { isQuery, itemsOf, outline, type Query } from './outline.ts';
import { is, nameOf, SqlError, significant, type Token, tokenize } from './tokens.ts';

/** One thing in a query that production's SQL API does not accept. */
export interface Refusal {
  /** What is refused. */
  message: string;
  /** What to write instead. */
  fix: string;
  /** From 1. */
  line: number;
  /** From 1. */
  column: number;
  /** First character, from 0. */
  offset: number;
}

/** What `FORMAT` can be. */
export const FORMATS = ['JSON', 'JSONEachRow', 'TabSeparated'] as const;

const OPERATORS = new Set('+ - * / % = != <> < <= > >= ( ) , ;'.split(' '));

/** Keywords behind which a `(` opens a list, an expression or a subquery, and calls nothing. */
const BEFORE_PARENTHESIS =
  'SELECT DISTINCT FROM WHERE BY HAVING AND OR NOT IN BETWEEN LIKE ILIKE LIMIT OFFSET'.split(' ');

/** Functions that people reach for, and what does the same in production. */
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
 * What production's SQL API refuses in a query: it accepts a small part of ClickHouse's SQL, so a query that is
 * to be written against a local engine and run in production has to be held to that part.
 * https://developers.cloudflare.com/analytics/analytics-engine/sql-reference/
 *
 * Where the reference is silent, this refuses: too strict costs a rewrite here, too lax an error in production.
 * @returns Empty if it is accepted; else in the order of the text.
 */
export function refusals(sql: string): Refusal[] {
  try {
    const tokens = significant(tokenize(sql));
    // In a string we would take it for text, but a reader of C strings takes it for the end of the query.
    const zero = sql.indexOf('\0');
    if (zero >= 0)
      return [refuse({ offset: zero, line: 1, column: zero + 1 }, 'a NUL character', 'remove it')];
    if (tokens.length === 0)
      return [refuse({ offset: 0, line: 1, column: 1 }, 'an empty query', 'write SELECT …')];
    const found = [...statement(tokens), ...words(tokens)];
    if (is(tokens[0], 'SELECT')) found.push(...shape(outline(tokens)));
    return found.sort((a, b) => a.offset - b.offset);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return [refuse(error, error.problem, 'mend it at this place')];
  }
}

/** One line for people: place, what, fix. */
export function describeRefusal({ line, column, message, fix }: Refusal): string {
  return `line ${line}, column ${column}: ${message} (${fix})`;
}

function refuse(at: Pick<Token, 'line' | 'column' | 'offset'>, message: string, fix: string): Refusal {
  return { message, fix, line: at.line, column: at.column, offset: at.offset };
}

function* statement(tokens: readonly Token[]): Generator<Refusal> {
  const [first, second] = tokens;
  if (first && is(first, 'SHOW')) {
    if (!is(second, 'TABLES', 'TIMEZONES', 'TIMEZONE'))
      yield refuse(first, 'only TABLES, TIMEZONES and TIMEZONE can be shown', 'write SHOW TABLES');
    const rest = tokens.slice(is(tokens[2], 'FORMAT') ? 4 : 2).find((token) => !is(token, ';'));
    if (rest !== undefined) yield refuse(rest, 'SHOW takes nothing more', 'leave it out');
  } else if (first && !is(first, 'SELECT', 'WITH')) {
    yield refuse(first, `\`${first.text}\` cannot begin a query`, 'only SELECT and SHOW are accepted');
  }
  const end = tokens.findIndex((token) => is(token, ';'));
  const extra = end < 0 ? undefined : tokens[end + 1];
  if (extra) yield refuse(extra, 'a second statement', 'send one statement at a time');
}

function* words(tokens: readonly Token[]): Generator<Refusal> {
  const aliases = new Set(tokens.filter((_, index) => is(tokens[index - 1], 'AS')).map(nameOf));
  for (const [index, token] of tokens.entries()) {
    const previous = tokens[index - 1];
    const next = tokens[index + 1];
    const upper = token.text.toUpperCase();
    if (is(token, '(')) yield* call(tokens, index);
    if (token.type === 'operator' && !OPERATORS.has(token.text))
      yield refuse(
        token,
        `operator \`${token.text}\` is unknown`,
        'see the list of operators in docs/sql.md',
      );
    // `position('a' IN origin)` is another IN.
    if (is(token, 'IN') && !is(next, '(') && !is(tokens[index - 3], 'POSITION'))
      yield refuse(next ?? token, 'IN without a list', "write IN ('a', 'b')");
    if (token.type !== 'word') continue;
    // A name that the query gives may be a word that is refused, where it is given and where a value can stand.
    // `AS AS` gives the name `AS`, which gives none to what follows.
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

/** Whether what follows a token is a value, not the end of one. */
function startsOperand(before: Token | undefined): boolean {
  return (before?.type === 'operator' && !is(before, ')')) || is(before, ...BEFORE_PARENTHESIS);
}

/** A `(` behind a name is a call. Only functions of the reference may be called. */
function* call(tokens: readonly Token[], open: number): Generator<Refusal> {
  const called = tokens[open - 1];
  if (called === undefined || startsOperand(called)) return;
  // `quantileExactWeighted(0.5)(x, w)`: the name stands before the first pair.
  const name = is(called, ')') ? tokens[openingOf(tokens, open - 1) - 1] : called;
  if (name === undefined || startsOperand(name))
    yield refuse(called, 'a `(` behind a `)` that belongs to no function', 'write an operator between them');
  else if (name.type === 'quoted')
    yield refuse(name, `${name.text} is called by a quoted name`, 'write a function without quotes');
  else if (name.type !== 'word')
    yield refuse(name, `\`(\` behind ${name.text}`, 'write an operator or a comma between them');
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

function* interval(token: Token, amount: Token | undefined, unit: Token | undefined): Generator<Refusal> {
  if (amount?.type === 'number')
    yield refuse(amount, 'the number of an interval must be quoted', `write INTERVAL '${amount.text}' …`);
  else if (amount?.type !== 'string' || !INTERVAL_UNITS.has(unit?.text.toUpperCase() ?? ''))
    yield refuse(
      token,
      'this interval is not understood',
      "write INTERVAL '1' HOUR, with a unit from YEAR to SECOND",
    );
}

function* format(token: Token, name: Token | undefined): Generator<Refusal> {
  if (!FORMATS.some((known) => known === name?.text))
    yield refuse(name ?? token, `format \`${name?.text ?? ''}\` is unknown`, `use ${FORMATS.join(', ')}`);
}

function* shape(query: Query): Generator<Refusal> {
  const [source, second] = itemsOf(query, 'FROM');
  if (second) yield refuse(startOf(second) ?? query.start, 'more than one table', 'query each by itself');
  const [table, ...more] = source ?? [];
  if (table !== undefined && !isQuery(table) && nameOf(table) === undefined)
    yield refuse(table, 'FROM takes the name of a table or a subquery', 'write FROM traffic');
  const [extra] = more;
  if (table !== undefined && extra !== undefined && !isQuery(extra) && is(extra, '('))
    yield refuse(startOf([table]) ?? extra, 'a function in place of a table', 'write FROM traffic');
  else if (extra !== undefined && (isQuery(extra) || !REFUSED_WORDS.has(extra.text.toUpperCase())))
    yield refuse(
      isQuery(extra) ? extra.start : extra,
      'FROM takes one table or subquery and nothing else',
      'leave out aliases and databases',
    );
  for (const clause of query.clauses) {
    for (const part of clause.items.flat().filter(isQuery)) {
      if (clause.name !== 'FROM')
        yield refuse(part.start, 'a subquery can stand in FROM only', 'list the values, or query twice');
      yield* shape(part);
    }
  }
}

function startOf(item: ReadonlyArray<Token | Query>): Token | undefined {
  const part = item[0];
  return isQuery(part) ? part.start : part;
}
