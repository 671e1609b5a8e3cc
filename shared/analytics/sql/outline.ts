import { is, SqlError, type Token } from './tokens.ts';

export const CLAUSES = [
  'SELECT',
  'FROM',
  'WHERE',
  'GROUP',
  'HAVING',
  'ORDER',
  'LIMIT',
  'OFFSET',
  'FORMAT',
] as const;
export type ClauseName = (typeof CLAUSES)[number];

/** One of the expressions that a clause lists between commas. A subquery is one part of it. */
export type Item = Array<Token | Query>;

export interface Clause {
  name: ClauseName;
  /** Its first keyword. */
  token: Token;
  items: Item[];
}

/** A SELECT, cut into its clauses. */
export interface Query {
  clauses: Clause[];
  /** Its SELECT. */
  start: Token;
}

/** Whether a part of an item is a subquery. */
export function isQuery(part: Token | Query | undefined): part is Query {
  return part !== undefined && 'clauses' in part;
}

/** The items of a clause; empty if the query does not have it. */
export function itemsOf(query: Query, name: ClauseName): Item[] {
  return query.clauses.filter((clause) => clause.name === name).flatMap(({ items }) => items);
}

/** The subquery that reads a table, at the bottom of FROM (SELECT … FROM (SELECT … FROM table)); or the query itself. */
export function innermost(query: Query): Query {
  const source = itemsOf(query, 'FROM')[0]?.[0];
  return isQuery(source) ? innermost(source) : query;
}

/**
 * Lists for each part of an item the functions whose parentheses enclose it, outermost first. Plain parentheses count as ''.
 * Both pairs of `quantileExactWeighted(0.5)(x, w)` belong to the function.
 */
export function enclosing(item: Item): string[][] {
  const open: string[] = [];
  let closed = '';
  return item.map((part, index) => {
    const previous = item[index - 1];
    if (isQuery(part)) return [...open];
    if (is(part, ')')) closed = open.pop() ?? '';
    const around = [...open];
    if (is(part, '(')) {
      if (previous === undefined || isQuery(previous)) open.push('');
      else open.push(is(previous, ')') ? closed : previous.type === 'word' ? previous.text : '');
    }
    return around;
  });
}

/** Deepest nesting of subqueries. Each level is a call on the stack, and people write two or three. */
const MAX_DEPTH = 50;

/**
 * Cuts a SELECT into clauses, items and subqueries.
 * @param tokens without space and comments; the first is SELECT
 * @throws SqlError if parentheses do not match or subqueries are nested too deep
 */
export function outline(tokens: readonly Token[]): Query {
  let next = 0;
  let level = 0;

  function read(opened?: Token): Query {
    const start = tokens[next];
    if (start === undefined) throw new SqlError('the query is empty', { line: 1, column: 1, offset: 0 });
    if (++level > MAX_DEPTH) throw new SqlError(`a subquery more than ${MAX_DEPTH} levels deep`, start);
    const query: Query = { clauses: [], start };
    let depth = 0;
    for (; next < tokens.length; next++) {
      const token = tokens[next] as Token;
      if (is(token, ')')) {
        if (depth === 0 && opened) {
          level--;
          return query;
        }
        if (--depth < 0) throw new SqlError('a `)` without its `(`', token);
      }
      if (is(token, '(') && is(tokens[next + 1], 'SELECT')) {
        next++;
        add(query, read(token));
        continue;
      }
      if (is(token, '(')) depth++;
      const clause = depth === 0 ? clauseAt(token) : undefined;
      if (clause) query.clauses.push({ name: clause, token, items: [[]] });
      else if (depth === 0 && is(token, ',')) query.clauses.at(-1)?.items.push([]);
      else if (depth > 0 || !is(token, 'BY', ';')) add(query, token);
    }
    if (opened || depth > 0) throw new SqlError('a `(` is not closed', opened ?? start);
    return query;
  }

  function clauseAt(token: Token): ClauseName | undefined {
    // `format(…)` is a function. After AS, the name of a clause is an alias.
    if (is(tokens[next - 1], 'AS', '.') || (is(token, 'FORMAT') && is(tokens[next + 1], '(')))
      return undefined;
    return CLAUSES.find((name) => is(token, name));
  }

  return read();
}

function add(query: Query, part: Token | Query): void {
  query.clauses.at(-1)?.items.at(-1)?.push(part);
}
