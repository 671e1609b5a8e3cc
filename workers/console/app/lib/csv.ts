import type { SqlResult } from '../../../../shared/contracts/sql.ts';

/** Rows as comma-separated values (RFC 4180). */
export function csvOf({ columns, rows }: Pick<SqlResult, 'columns' | 'rows'>): string {
  const names = columns.map(({ name }) => name);
  const lines = [names, ...rows.map((row) => names.map((name) => String(row[name] ?? '')))];
  return `${lines.map((cells) => cells.map(cell).join(',')).join('\r\n')}\r\n`;
}

/** A spreadsheet takes a text that begins with one of these signs for a formula, so it gets an apostrophe. */
function cell(text: string): string {
  const safe = /^[=+@\t\r]|^-(?!\d)/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
