import { layoutsOf } from './layouts.ts';
import { innermost, isQuery, itemsOf, outline } from './outline.ts';
import { readResult } from './result.ts';
import { significant, tokenize } from './tokens.ts';
import { translations } from './translate.ts';

/** Sends SQL in stored names. @returns the body of the answer */
export type Send = (sql: string) => Promise<string>;

/** What one stored version of a dataset answered. */
export interface Answer {
  /** As it was sent. */
  sql: string;
  /** `plimsoll_traffic_v2`; undefined: the query reads no dataset of Plimsoll. */
  table?: string;
  body: string;
}

/**
 * Asks every stored version of the dataset that a query reads. No query can read two of them, because the SQL API has no UNION.
 * @param sql in logical names
 * @returns the answers of the versions that hold rows for this query, the newest first; the newest alone if none holds any
 * @throws SqlError if the query cannot be translated; and what `send` throws
 */
export async function askAll(send: Send, sql: string): Promise<[Answer, ...Answer[]]> {
  const [newest, ...older] = translations(sql);
  const ask = async (one: typeof newest): Promise<Answer> => ({ ...one, body: await send(one.sql) });
  if (older.length === 0) return [await ask(newest)];
  const stored = await storedTables(send);
  const present = [newest, ...older].filter(({ table = '' }) => stored.has(table));
  if (present.length < 2) return [await ask(present[0] ?? newest)];
  const answers = await Promise.all(
    present.map(async (one) => {
      const [answer, filled] = await Promise.all([ask(one), hasRows(send, one.sql)]);
      return filled ? [answer] : [];
    }),
  );
  const [first, ...rest] = answers.flat();
  return first === undefined ? [await ask(newest)] : [first, ...rest];
}

/** The stored versions of a dataset that exist, the newest first; the newest alone if none exists yet. */
export async function versionsOf(send: Send, logical: string): Promise<string[]> {
  const all = layoutsOf(logical).map(({ table }) => table);
  const stored = await storedTables(send);
  const present = all.filter((table) => stored.has(table));
  return present.length > 0 ? present : all.slice(0, 1);
}

/** The account's tables. The reference does not say what the column is called that has their names. */
async function storedTables(send: Send): Promise<ReadonlySet<unknown>> {
  return new Set(rowsOf(await send('SHOW TABLES')).flatMap((row) => Object.values(row)));
}

/** Whether a query's table has rows for its WHERE. An aggregate answers with a row even where there is none. */
async function hasRows(send: Send, sql: string): Promise<boolean> {
  try {
    return Number(rowsOf(await send(counting(sql)))[0]?.['n']) > 0;
  } catch {
    // A WHERE that uses an alias of SELECT cannot be asked by itself. The answer is shown whatever it holds.
    return true;
  }
}

function counting(sql: string): string {
  const query = innermost(outline(significant(tokenize(sql))));
  const text = (clause: 'FROM' | 'WHERE') => {
    const parts = itemsOf(query, clause).flat();
    const [first, last] = [parts[0], parts.at(-1)];
    if (first === undefined || last === undefined || isQuery(first) || isQuery(last)) return '';
    return ` ${clause} ${sql.slice(first.offset, last.offset + last.text.length)}`;
  };
  return `SELECT count() AS n${text('FROM')}${text('WHERE')}`;
}

/** The rows of an answer; none if it is not JSON. */
function rowsOf(body: string): Record<string, unknown>[] {
  return readResult(body)?.rows ?? [];
}
