import { closest } from 'fastest-levenshtein';
import { FUNCTIONS } from './functions.ts';
import { INTERVAL_UNITS, KEYWORDS, REFUSED_WORDS } from './keywords.ts';
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

const OPERATORS = new Set('+ - * / % = != <> < <= > >= ( ) , . ;'.split(' '));

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
    if (tokens.length === 0)
      return [refuse({ offset: 0, line: 1, column: 1 }, 'an empty query', 'write SELECT …')];
    const found = [...statement(tokens), ...words(tokens)];
    if (is(tokens[0], 'SELECT')) found.push(...shape(outline(tokens)));
    return found.sort((a, b) => a.offset - b.offset);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return [refuse(error, error.problem, 'close or remove it')];
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
    const next = tokens[index + 1];
    const upper = token.text.toUpperCase();
    if (token.type === 'operator' && !OPERATORS.has(token.text))
      yield refuse(
        token,
        `operator \`${token.text}\` is unknown`,
        'see the list of operators in docs/sql.md',
      );
    if (token.type !== 'word' || aliases.has(token.text) || is(tokens[index - 1], '.')) continue;
    const fix = REFUSED_WORDS.get(upper);
    if (fix) yield refuse(token, `${upper} is not supported`, fix);
    else if (upper === 'INTERVAL') yield* interval(token, next, tokens[index + 2]);
    else if (upper === 'FORMAT' && !is(next, '(')) yield* format(token, next);
    else if (is(next, '(') && !KEYWORDS.has(upper) && !FUNCTIONS.has(token.text.toLowerCase()))
      yield refuse(token, `function \`${token.text}\` is not supported`, insteadOf(token.text));
    else if (upper === 'SELECT' && is(next, 'DISTINCT'))
      yield refuse(token, 'SELECT DISTINCT is not supported', 'use GROUP BY');
  }
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
  for (const part of source?.slice(1) ?? []) {
    const at = isQuery(part) ? part.start : part;
    if (!isQuery(part) && (REFUSED_WORDS.has(part.text.toUpperCase()) || is(part, '('))) break;
    yield refuse(at, 'FROM takes one table or subquery and nothing else', 'leave out aliases and databases');
    break;
  }
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
