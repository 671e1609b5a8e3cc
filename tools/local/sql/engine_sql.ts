import { FUNCTIONS } from '../../../shared/analytics/sql/functions.ts';
import { KEYWORDS } from '../../../shared/analytics/sql/keywords.ts';
import {
  enclosing,
  type Item,
  isQuery,
  itemsOf,
  outline,
  type Query,
} from '../../../shared/analytics/sql/outline.ts';
import { FORMATS } from '../../../shared/analytics/sql/refused_words.ts';
import { is, nameOf, significant, type Token, tokenize } from '../../../shared/analytics/sql/tokens.ts';
import { shareQuantiles } from './share_quantiles.ts';

export type Format = (typeof FORMATS)[number];

/** Production's functions that have another name in ClickHouse, or do something else there under the same name. */
const RENAMED: Readonly<Record<string, string>> = {
  length: 'lengthUTF8',
  substring: 'substringUTF8',
  toLower: 'lowerUTF8',
  toUpper: 'upperUTF8',
  // Production's weeks begin on Monday, ClickHouse's on Sunday.
  toStartOfWeek: 'toMonday',
  quantileWeighted: 'quantileExactWeighted',
};

/** The engine's name of a function of the reference. */
export function engineName(name: string): string {
  return RENAMED[name] ?? name;
}

/**
 * Rewrites a query that production accepts for the engine, which differs in a few places, and takes its FORMAT off.
 *
 * Strings and numbers are the only text of the user that the engine gets. Keywords of the grammar and functions of the
 * reference stay bare. Every other word is quoted, so it can only be a name. Comments become spaces.
 * @param sql a query in which `refusals()` finds nothing
 */
export function engineSql(sql: string): { sql: string; format: Format } {
  const tokens = tokenize(sql);
  const code = significant(tokens);
  const edits = new Map<Token, string>();
  const format = takeFormat(code, edits);
  if (is(code[0], 'SHOW')) return { sql: shown(code[1]), format };
  for (const [index, token] of code.entries()) {
    const name = nameOf(token);
    const bare =
      token.type === 'word' && KEYWORDS.has(token.text.toUpperCase()) && !is(code[index - 1], 'AS');
    if (is(token, ';')) edits.set(token, '');
    else if (name !== undefined && !bare && !edits.has(token)) edits.set(token, quoted(name));
  }
  if (is(code[0], 'SELECT')) rewriteQuery(outline(code), edits);
  const text = (token: Token) => (isGap(token) ? gap(token) : (edits.get(token) ?? token.text));
  return { sql: tokens.map(text).join(''), format };
}

function shown(what: Token | undefined): string {
  if (is(what, 'TABLES')) return 'SHOW TABLES';
  return is(what, 'TIMEZONE')
    ? "SELECT 'Etc/UTC' AS timezone"
    : 'SELECT time_zone AS timezone FROM system.time_zones';
}

function isGap({ type }: Token): boolean {
  return type === 'space' || type === 'comment';
}

/** Keeps line breaks, because the engine's messages count lines. */
function gap({ text }: Token): string {
  return text.replace(/[^\n]+/g, ' ');
}

/** https://clickhouse.com/docs/sql-reference/syntax#identifiers */
function quoted(name: string): string {
  return `\`${name.replace(/[\\`]/g, '\\$&')}\``;
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
  shareQuantiles(query, edits);
}

function rewriteItem(item: Item, edits: Map<Token, string>): void {
  const around = enclosing(item);
  for (const [index, token] of item.entries()) {
    const next = item[index + 1];
    if (isQuery(token) || token.type !== 'word' || isQuery(next) || !is(next, '(')) continue;
    const name = FUNCTIONS.get(token.text.toLowerCase());
    if (name === undefined) continue;
    edits.set(token, engineName(name));
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
