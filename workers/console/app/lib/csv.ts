import type { SqlResult } from '../../../../shared/contracts/sql.ts';
import { csvLine } from '../../../../shared/display/csv.ts';

/** Rows as comma-separated values, with a line of names. */
export function csvOf({ columns, rows }: Pick<SqlResult, 'columns' | 'rows'>): string {
  const names = columns.map(({ name }) => name);
  const lines = [names, ...rows.map((row) => names.map((name) => String(row[name] ?? '')))];
  return `${lines.map(csvLine).join('\r\n')}\r\n`;
}
