import { FORMATS } from '../../sql/dialect.ts';
import { FUNCTIONS } from '../../sql/functions.ts';
import { enclosing, type Item, isQuery, itemsOf, outline, type Query } from '../../sql/outline.ts';
import { is, significant, type Token, tokenize } from '../../sql/tokens.ts';

export type Format = (typeof FORMATS)[number];

/** Where production's functions are not ClickHouse's of the same name. */
const RENAMED: Readonly<Record<string, string>> = {
  length: 'lengthUTF8',
  substring: 'substringUTF8',
  toLower: 'lowerUTF8',
  toUpper: 'upperUTF8',
  // Production's weeks begin on Monday, ClickHouse's on Sunday.
  toStartOfWeek: 'toMonday',
  quantileWeighted: 'quantileExactWeighted',
};

/**
 * Puts a query that production accepts into the words of the engine, which differ in a few places, and takes its
 * FORMAT off.
 * @param sql One that `refusals()` has nothing against.
 */
export function engineSql(sql: string): { sql: string; format: Format } {
  const tokens = tokenize(sql);
  const code = significant(tokens);
  const edits = new Map<Token, string>();
  const format = takeFormat(code, edits);
  for (const token of code) if (is(token, ';')) edits.set(token, '');
  if (is(code[0], 'SHOW') && !is(code[1], 'TABLES')) {
    return {
      sql: is(code[1], 'TIMEZONE')
        ? "SELECT 'Etc/UTC' AS timezone"
        : 'SELECT time_zone AS timezone FROM system.time_zones',
      format,
    };
  }
  if (is(code[0], 'SELECT')) rewriteQuery(outline(code), edits);
  return { sql: tokens.map((token) => edits.get(token) ?? token.text).join(''), format };
}

function takeFormat(code: readonly Token[], edits: Map<Token, string>): Format {
  let format: Format = 'JSON';
  for (const [index, token] of code.entries()) {
    const name = code[index + 1];
    const known = FORMATS.find((candidate) => candidate === name?.text);
    if (!is(token, 'FORMAT') || name === undefined || known === undefined || is(code[index - 1], 'AS'))
      continue;
    format = known;
    edits.set(token, '').set(name, '');
  }
  return format;
}

function rewriteQuery(query: Query, edits: Map<Token, string>): void {
  for (const clause of query.clauses) {
    for (const item of clause.items) {
      rewriteItem(item, edits);
      for (const part of item) if (isQuery(part)) rewriteQuery(part, edits);
    }
    const all = itemsOf(query, 'LIMIT')[0]?.[0];
    if (clause.name === 'LIMIT' && all && !isQuery(all) && is(all, 'ALL'))
      edits.set(clause.token, '').set(all, '');
  }
}

function rewriteItem(item: Item, edits: Map<Token, string>): void {
  const around = enclosing(item);
  for (const [index, token] of item.entries()) {
    const next = item[index + 1];
    if (isQuery(token) || token.type !== 'word' || isQuery(next) || !is(next, '(')) continue;
    const name = FUNCTIONS.get(token.text.toLowerCase());
    if (name === undefined) continue;
    edits.set(token, RENAMED[name] ?? name);
    if (name !== 'quantileWeighted') continue;
    // quantileWeighted(q, x, w) -> quantileExactWeighted(q)(x, w)
    const depth = (around[index]?.length ?? 0) + 1;
    const comma = item.findIndex(
      (part, at) => at > index && !isQuery(part) && is(part, ',') && around[at]?.length === depth,
    );
    const found = item[comma];
    if (found && !isQuery(found)) edits.set(found, ')(');
  }
}
