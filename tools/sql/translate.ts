import { closest, distance } from 'fastest-levenshtein';
import { isAggregate } from './functions.ts';
import { KEYWORDS, REFUSED_WORDS } from './keywords.ts';
import { LAYOUTS, type Layout, layoutsOf } from './layouts.ts';
import {
  type ClauseName,
  enclosing,
  type Item,
  innermost,
  isQuery,
  itemsOf,
  outline,
  type Query,
} from './outline.ts';
import { renamedValue } from './renamed_values.ts';
import { is, nameOf, SqlError, significant, type Token, tokenize } from './tokens.ts';

/** Columns that every dataset has, under their own names. */
const RAW = /^(?:timestamp|dataset|_sample_interval|index1|(?:blob|double)(?:[1-9]|1[0-9]|20))$/;

/** What a SELECT can name of its FROM. */
interface Names {
  /** For messages: `traffic`. */
  of: string;
  /** Stored name of a dataset. */
  table?: string;
  /** Name -> what is written for it; the same name for a subquery's columns. */
  columns: ReadonlyMap<string, string>;
  /** A table that Plimsoll does not know: any name may be a column. */
  open: boolean;
}

/** A query as it is sent. */
export interface Translation {
  sql: string;
  /** The stored dataset that it reads: `plimsoll_traffic_v2`. Undefined: none of Plimsoll's. */
  table?: string;
}

/**
 * Turns logical names (`FROM traffic`, `origin`) into those of Analytics Engine (`plimsoll_traffic_v2`, `blob3`), as the
 * newest version of the dataset has them.
 *
 * A column that is an item of SELECT by itself keeps its logical name as an alias. Columns are translated in every
 * clause, not left to aliases, so that nothing depends on which of the two an engine prefers. If an alias is also the name of
 * a column, it means the alias in GROUP BY, HAVING and ORDER BY outside of aggregates, and the column everywhere else, as in
 * standard SQL. Comments and white space stay as they are, and so do strings, but for values that have a new name.
 *
 * @throws SqlError for a name that is neither a column, an alias nor a word of SQL, with the nearest one.
 */
export function translate(sql: string): string {
  return translations(sql)[0].sql;
}

/**
 * The query once for each stored version of its dataset, the newest first. A query that names a stored dataset reads that one.
 * @throws SqlError as {@link translate}
 */
export function translations(sql: string): [Translation, ...Translation[]] {
  const tokens = tokenize(sql);
  const code = significant(tokens);
  if (!is(code[0], 'SELECT')) return [{ sql }];
  const query = outline(code);
  const inLayout = (layout?: Layout): Translation => {
    const edits = new Map<Token, string>();
    translateQuery(query, layout, edits);
    const translated = tokens.map((token) => edits.get(token) ?? token.text).join('');
    return layout === undefined ? { sql: translated } : { sql: translated, table: layout.table };
  };
  const table = itemsOf(innermost(query), 'FROM')[0]?.[0];
  const [newest, ...older] = layoutsOf(isQuery(table) ? undefined : nameOf(table));
  return [inLayout(newest), ...older.map(inLayout)];
}

/**
 * Edits one SELECT and all below it.
 * @param layout of the dataset that is read; undefined: it is none of Plimsoll's
 * @returns the columns that it has for a query around it
 */
function translateQuery(query: Query, layout: Layout | undefined, edits: Map<Token, string>): Names {
  const visible = source(query, layout, edits);
  const aliases = new Set(itemsOf(query, 'SELECT').flatMap(aliasesOf));
  for (const { name, items } of query.clauses) {
    for (const item of items) {
      for (const part of item) if (isQuery(part) && name !== 'FROM') translateQuery(part, layout, edits);
      if (name !== 'FORMAT' && name !== 'LIMIT' && name !== 'OFFSET')
        translateItem(name === 'FROM' ? item.slice(1) : item, name, visible, aliases, edits);
    }
  }
  return exported(query, visible);
}

function source(query: Query, layout: Layout | undefined, edits: Map<Token, string>): Names {
  const table = itemsOf(query, 'FROM')[0]?.[0];
  if (isQuery(table)) return translateQuery(table, layout, edits);
  const name = nameOf(table);
  if (table === undefined || name === undefined) return { of: 'this query', columns: new Map(), open: false };
  if (layout === undefined) {
    const near = closest(
      name,
      LAYOUTS.map(({ logical }) => logical),
    );
    // A near miss is a slip; anything else may be another dataset of the account.
    if (distance(name, near) <= 2)
      throw new SqlError(`unknown table \`${name}\`: did you mean \`${near}\`?`, table);
    return { of: name, columns: new Map(), open: true };
  }
  if (name !== layout.table) edits.set(table, layout.table);
  return { of: layout.logical, table: layout.table, columns: layout.columns, open: false };
}

function translateItem(
  item: Item,
  clause: ClauseName,
  visible: Names,
  aliases: ReadonlySet<string>,
  edits: Map<Token, string>,
): void {
  const around = enclosing(item);
  const bare = clause === 'SELECT' ? bareColumn(item) : undefined;
  for (const [index, token] of item.entries()) {
    if (isQuery(token)) continue;
    const renamed = visible.open ? undefined : renamedValue(item, index);
    if (renamed !== undefined) edits.set(token, renamed);
    const name = nameOf(token);
    const previous = item[index - 1];
    const next = item[index + 1];
    const before = isQuery(previous) ? undefined : previous;
    const after = isQuery(next) ? undefined : next;
    if (name === undefined || is(before, 'AS') || is(after, '(') || (isQuery(next) && token.type === 'word'))
      continue;
    if (token.type === 'word' && isWordOfSql(name)) continue;
    if (after && is(after, '.')) {
      dropQualifier(token, after, name, visible, edits);
      continue;
    }
    const aggregated = around[index]?.some(isAggregate) ?? false;
    const alias_first = clause === 'GROUP' || clause === 'HAVING' || clause === 'ORDER';
    if (aliases.has(name) && alias_first && !aggregated) continue;
    const column = visible.columns.get(name);
    if (column !== undefined) {
      if (column !== name) edits.set(token, token === bare ? `${column} AS ${token.text}` : column);
    } else if (!RAW.test(name) && !aliases.has(name) && !visible.open) {
      throw unknown(token, name, before, visible, aliases);
    }
  }
}

function isWordOfSql(name: string): boolean {
  const upper = name.toUpperCase();
  return KEYWORDS.has(upper) || REFUSED_WORDS.has(upper) || CASE_WORDS.has(upper);
}

/** They go with CASE and JOIN, which the engine refuses with a better message than "unknown column". */
const CASE_WORDS: ReadonlySet<string> = new Set(
  'WHEN THEN ELSE END ON USING LEFT RIGHT INNER FULL CROSS'.split(' '),
);

/** `traffic.origin` is `origin`: production's grammar has no qualified names. */
function dropQualifier(
  token: Token,
  dot: Token,
  name: string,
  visible: Names,
  edits: Map<Token, string>,
): void {
  if (visible.open) return;
  if (name !== visible.of && name !== visible.table) throw new SqlError(`unknown table \`${name}\``, token);
  edits.set(token, '');
  edits.set(dot, '');
}

/** The name in an item that is a column and nothing else. */
function bareColumn(item: Item): Token | undefined {
  const rest = !isQuery(item[0]) && is(item[0], 'DISTINCT') ? item.slice(1) : item;
  const [first, dot, qualified] = rest;
  if (rest.length === 1 && !isQuery(first)) return first;
  return rest.length === 3 && !isQuery(dot) && is(dot, '.') && !isQuery(qualified) ? qualified : undefined;
}

function aliasesOf(item: Item): string[] {
  return item.flatMap((part, index) => {
    const previous = item[index - 1];
    const name = isQuery(part) || isQuery(previous) || !is(previous, 'AS') ? undefined : nameOf(part);
    return name === undefined ? [] : [name];
  });
}

function exported(query: Query, visible: Names): Names {
  const columns = new Map<string, string>();
  let open = false;
  for (const item of itemsOf(query, 'SELECT')) {
    const last = item.at(-1);
    const name = isQuery(last) ? undefined : (aliasesOf(item).at(-1) ?? nameOf(bareColumn(item)));
    if (!isQuery(last) && item.length === 1 && is(last, '*')) {
      for (const [logical, column] of visible.columns) columns.set(logical, column);
      open ||= visible.open;
    } else if (name !== undefined) columns.set(name, name);
  }
  return { of: 'the subquery', columns, open };
}

function unknown(
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
