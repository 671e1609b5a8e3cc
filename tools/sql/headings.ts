import type { SqlResult } from './client.ts';
import { LAYOUTS } from './layouts.ts';

/**
 * Puts logical names into the headings of expressions without an alias: `max(double3)` becomes `max(total_ms)`. Plain columns
 * have their alias from translate() already.
 * @param sql what was sent: the dataset that it reads says what `double3` is
 */
export function logicalHeadings(result: SqlResult, sql: string): SqlResult {
  const layout = LAYOUTS.find(({ table }) => sql.includes(table));
  if (layout === undefined) return result;
  const logical = new Map(Object.entries(layout.stored).map(([name, column]) => [column as string, name]));
  const heading = (text: string) =>
    text.includes('(') ? plain(text).replace(STORED, (column) => logical.get(column) ?? column) : text;
  return {
    ...result,
    meta: result.meta.map((column) => ({ ...column, name: heading(column.name) })),
    data: result.data.map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [heading(name), value])),
    ),
  };
}

const STORED = /\b(?:index1|(?:blob|double)\d+(?:\.[12])?)\b/g;

/** Replaces the expression that reads a column by the column's place, both as it was sent and as the local engine prints it. */
function plain(heading: string): string {
  return heading
    .replace(
      /substring(?:UTF8)?\((blob\d+), (1, )?(?:position\(' ' IN \1\) [-+] 1|(?:minus|plus)\(position\(\1, ' '\), 1\))\)/g,
      (_, stored, first) => `${stored}.${first === undefined ? 2 : 1}`,
    )
    .replace(/if\((?:equals\()?(blob\d+)(?:, | = )'fallback'\)?, 'failover_order', \1\)/g, '$1');
}
