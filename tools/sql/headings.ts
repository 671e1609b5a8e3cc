import { DATASETS } from '../../shared/analytics/datasets.ts';
import type { SqlResult } from './client.ts';

/**
 * Heads expressions without an alias by logical names again: `max(double3)` becomes `max(total_ms)`. Plain columns
 * have their alias from translate() already.
 * @param sql what was sent: the dataset that it reads says what `double3` is
 */
export function logicalHeadings(result: SqlResult, sql: string): SqlResult {
  const dataset = DATASETS.find(({ table }) => sql.includes(table));
  if (dataset === undefined) return result;
  const logical = new Map(Object.entries(dataset.columns).map(([name, column]) => [column as string, name]));
  const heading = (name: string) =>
    name.includes('(')
      ? name.replace(/\b(?:index1|(?:blob|double)\d+)\b/g, (column) => logical.get(column) ?? column)
      : name;
  return {
    ...result,
    meta: result.meta.map((column) => ({ ...column, name: heading(column.name) })),
    data: result.data.map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [heading(name), value])),
    ),
  };
}
