import { closest } from 'fastest-levenshtein';
import { KEYWORDS, REFUSED_WORDS } from './keywords.ts';
import { type Item, isQuery, itemsOf, type Query } from './outline.ts';
import { is, nameOf, SqlError, type Token } from './tokens.ts';

/** The names that a SELECT can use, which its FROM gives. */
export interface Names {
  /** What they are names of, for messages: `traffic`. */
  of: string;
  /** Stored name of a dataset. */
  table?: string;
  /** Name -> the SQL for it. A column of a subquery stands for itself. */
  columns: ReadonlyMap<string, string>;
  /** The table is not one of Plimsoll's, so any name may be a column. */
  open: boolean;
}

/**
 * The alias of `_sample_interval` in `SELECT _sample_interval FROM traffic`. The expression for it reads the stored column of the same
 * name, so an alias of that name would capture it in GROUP BY.
 */
export const ROW_REQUESTS = 'row_requests';

/** The alias that keeps the logical name of a column in the result. @param sql the column as it is stored, or an expression */
export function aliasFor(name: string, sql: string): string {
  return name === '_sample_interval' && sql !== name ? ROW_REQUESTS : name;
}

/** The columns that a SELECT has for a query around it. @param visible the names that it can use itself */
export function exported(query: Query, visible: Names): Names {
  const columns = new Map<string, string>();
  let open = false;
  for (const item of itemsOf(query, 'SELECT')) {
    const last = item.at(-1);
    const alias = aliasesOf(item).at(-1);
    const name = isQuery(last) ? undefined : (alias ?? nameOf(bareColumn(item)));
    if (!isQuery(last) && item.length === 1 && is(last, '*')) {
      for (const [logical, column] of visible.columns) columns.set(logical, column);
      open ||= visible.open;
    } else if (name !== undefined)
      columns.set(name, alias ?? aliasFor(name, visible.columns.get(name) ?? name));
  }
  return { of: 'the subquery', columns, open };
}

/** The aliases that an item gives: `total_ms AS ms` gives `ms`. */
export function aliasesOf(item: Item): string[] {
  return item.flatMap((part, index) => {
    const previous = item[index - 1];
    const name = isQuery(part) || isQuery(previous) || !is(previous, 'AS') ? undefined : nameOf(part);
    return name === undefined ? [] : [name];
  });
}

/** The name in an item that is a column and nothing else. */
export function bareColumn(item: Item): Token | undefined {
  const rest = !isQuery(item[0]) && is(item[0], 'DISTINCT') ? item.slice(1) : item;
  const [first, dot, qualified] = rest;
  if (rest.length === 1 && !isQuery(first)) return first;
  return rest.length === 3 && !isQuery(dot) && is(dot, '.') && !isQuery(qualified) ? qualified : undefined;
}

/** Whether a name is a word of SQL, which is never a column unless it is quoted. */
export function isWordOfSql(name: string): boolean {
  const upper = name.toUpperCase();
  return KEYWORDS.has(upper) || REFUSED_WORDS.has(upper) || CASE_WORDS.has(upper);
}

/** Words that go with CASE and JOIN. The API's refusal of those says more than "unknown column". */
const CASE_WORDS: ReadonlySet<string> = new Set(
  'WHEN THEN ELSE END ON USING LEFT RIGHT INNER FULL CROSS'.split(' '),
);

/** The error for a name that is neither a column nor an alias, with the nearest one. @param before the token before it */
export function unknownName(
  token: Token,
  name: string,
  before: Token | undefined,
  visible: Names,
  aliases: ReadonlySet<string>,
): SqlError {
  const after_operand =
    before &&
    (is(before, ')') || before.type === 'string' || before.type === 'number' || isColumnLike(before));
  if (after_operand) return new SqlError(`\`${name}\` is out of place: an alias needs AS before it`, token);
  const known = [...new Set([...visible.columns.keys(), ...aliases, 'timestamp', '_sample_interval'])];
  return new SqlError(
    `unknown column \`${name}\` in ${visible.of}: did you mean \`${closest(name.toLowerCase(), known)}\`? There are ${known.join(', ')}`,
    token,
  );
}

function isColumnLike(token: Token): boolean {
  return token.type === 'quoted' || (token.type === 'word' && !isWordOfSql(token.text));
}
