import { TRAFFIC_WEIGHT } from '../../shared/analytics/datasets.ts';
import { LAYOUTS } from '../../shared/analytics/sql/layouts.ts';
import { ROW_REQUESTS } from '../../shared/analytics/sql/names.ts';
import type { SqlResult } from './client.ts';

/**
 * Puts logical names into the headings of expressions without an alias: `max(double3)` becomes `max(total_ms)`. Plain columns
 * have their alias from translate() already. Only `_sample_interval` gets its name back here.
 * @param sql what was sent: the dataset that it reads says what `double3` is
 */
export function logicalHeadings(result: SqlResult, sql: string): SqlResult {
  const layout = LAYOUTS.find(({ table }) => sql.includes(table));
  if (layout === undefined) return result;
  const logical = new Map(Object.entries(layout.stored).map(([name, column]) => [column as string, name]));
  const heading = (text: string) => {
    if (text === ROW_REQUESTS) return '_sample_interval';
    return text.includes('(') ? plain(text).replace(STORED, (column) => logical.get(column) ?? column) : text;
  };
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
    .replaceAll(TRAFFIC_WEIGHT, '_sample_interval')
    .replace(
      /multiply\(_sample_interval, toUInt32\(if\(greater\((double\d+), 0\), \1, 1\)\)\)/g,
      '_sample_interval',
    )
    .replace(
      /substring(?:UTF8)?\((blob\d+), (1, )?(?:position\(' ' IN \1\) [-+] 1|(?:minus|plus)\(position\(\1, ' '\), 1\))\)/g,
      (_, stored, first) => `${stored}.${first === undefined ? 2 : 1}`,
    )
    .replace(/if\((?:equals\()?(blob\d+)(?:, | = )'fallback'\)?, 'failover_order', \1\)/g, '$1');
}
