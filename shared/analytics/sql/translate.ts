import { closest, distance } from 'fastest-levenshtein';
import { isAggregate } from './functions.ts';
import { LAYOUTS, type Layout, layoutsOf } from './layouts.ts';
import { aliasesOf, aliasFor, bareColumn, exported, isWordOfSql, type Names, unknownName } from './names.ts';
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

/** Columns that every table has: they keep their names. */
const RAW = /^(?:timestamp|dataset|_sample_interval|index1|(?:blob|double)(?:[1-9]|1[0-9]|20))$/;

/** A query as it is sent. */
export interface Translation {
  sql: string;
  /** The stored dataset that it reads: `plimsoll_traffic_v2`. Undefined: none of Plimsoll's. */
  table?: string;
}

/**
 * Turns logical names (`FROM traffic`, `origin`) into those of Analytics Engine (`plimsoll_traffic_v2`, `blob3`), as the
 * newest version of the dataset has them. In `FROM traffic`, `_sample_interval` is the number of requests that a row stands for.
 *
 * A column that is an item of SELECT by itself keeps its logical name as an alias. Columns are translated in every
 * clause, so nothing depends on whether an engine prefers columns or aliases. If an alias is also the name of
 * a column, it means the alias in GROUP BY, HAVING and ORDER BY outside of aggregates, and the column everywhere else, as in
 * standard SQL. White space, comments and strings stay as they are, except a string that is the old name of a value.
 *
 * @throws SqlError for a name that is neither a column, an alias nor a word of SQL. It suggests the nearest one.
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
  // A subquery outside FROM, which production refuses, can name another dataset.
  const own = name === layout?.logical ? layout : layoutsOf(name)[0];
  if (own === undefined) {
    const near = closest(
      name,
      LAYOUTS.map(({ logical }) => logical),
    );
    // A near miss is a typing error. Anything else may be another dataset of the account.
    if (distance(name, near) <= 2)
      throw new SqlError(`unknown table \`${name}\`: did you mean \`${near}\`?`, table);
    return { of: name, columns: new Map(), open: true };
  }
  const columns = new Map(own.columns);
  // A query of a stored table weighs its rows itself, as it would in production.
  if (name === own.table) columns.delete('_sample_interval');
  else edits.set(table, own.table);
  return { of: own.logical, table: own.table, columns, open: false };
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
      if (column === name) continue;
      const alias = aliasFor(name, column);
      const aliased = token === bare && column !== alias;
      edits.set(token, aliased ? `${column} AS ${alias === name ? token.text : alias}` : column);
    } else if (!RAW.test(name) && !aliases.has(name) && !visible.open) {
      throw unknownName(token, name, before, visible, aliases);
    }
  }
}

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
