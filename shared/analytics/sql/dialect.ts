import { REFUSED_WORDS } from './keywords.ts';
import { isQuery, itemsOf, outline, type Query } from './outline.ts';
import { type Refusal, refuse } from './refusal.ts';
import { refusedWords } from './refused_words.ts';
import { is, nameOf, SqlError, significant, type Token, tokenize } from './tokens.ts';

/**
 * Finds what production's SQL API refuses in a query. It accepts a small part of ClickHouse's SQL, so a query that runs in the
 * local engine must be held to that part to run in production.
 * https://developers.cloudflare.com/analytics/analytics-engine/sql-reference/
 *
 * Where the reference is silent, this refuses: a rewrite here costs less than an error in production.
 * @returns in the order of the text; empty if production accepts the query
 */
export function refusals(sql: string): Refusal[] {
  try {
    const tokens = significant(tokenize(sql));
    // It would be text to us, but a reader of C strings would end the query at it.
    const zero = sql.indexOf('\0');
    if (zero >= 0)
      return [refuse({ offset: zero, line: 1, column: zero + 1 }, 'a NUL character', 'remove it')];
    if (tokens.length === 0)
      return [refuse({ offset: 0, line: 1, column: 1 }, 'an empty query', 'write SELECT …')];
    const found = [...statement(tokens), ...refusedWords(tokens)];
    if (is(tokens[0], 'SELECT')) found.push(...shape(outline(tokens)));
    return found.sort((a, b) => a.offset - b.offset);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return [refuse(error, error.problem, 'correct the query here')];
  }
}

/** The statement as a whole: one SELECT or SHOW. */
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

/** The clauses of a SELECT: one table, and subqueries in FROM only. */
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
