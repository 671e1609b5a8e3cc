import Table from 'cli-table3';
import { visible } from './visible.ts';

const FRAMELESS = Object.fromEntries(
  [
    ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
    ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'],
  ].map((part) => [part, '']),
);

/**
 * Lines of text in columns. A column is right-aligned if all of its cells begin with a digit or a sign. A row is one line, and no cell
 * controls the terminal: clients and origins choose parts of what tables show.
 */
export function textTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: [...head],
    colAligns: head.map((_, column) => (rows.every((row) => isNumber(row[column])) ? 'right' : 'left')),
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 2 },
    chars: FRAMELESS,
  });
  for (const row of rows) table.push(row.map(visible));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** At least three significant digits: `0.123`, `12.30`, `1234`. */
export function rounded(value: number): string {
  if (!Number.isFinite(value)) return '-';
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 2 : 3);
}

/** A share as a percentage: 0.012 is `1.20 %`. @param sign whether to write `+` before a positive one */
export function percent(share: number, sign = false): string {
  return `${sign && share > 0 ? '+' : ''}${(share * 100).toFixed(2)} %`;
}

function isNumber(text = ''): boolean {
  return text === '' || /^[-+±]?\d|^-$/.test(text);
}
