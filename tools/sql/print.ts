import Table from 'cli-table3';
import { isNumericType } from '../../shared/analytics/sql/numeric_type.ts';
import { csvLine } from '../../shared/display/csv.ts';
import type { SqlResult } from './client.ts';

/** The rows as a JSON array of objects. Numbers that came as strings are numbers again. */
export function printJson(result: SqlResult): string {
  return JSON.stringify(typed(result).data, null, 2);
}

/** Comma-separated values with a header line. */
export function printCsv(result: SqlResult): string {
  const names = result.meta.map(({ name }) => name);
  const lines = typed(result).data.map((row) => names.map((name) => shown(row[name])));
  return [names, ...lines].map(csvLine).join('\r\n');
}

/** A table for people. Numbers are aligned right and rounded to few digits. */
export function printTable(result: SqlResult): string {
  if (result.data.length === 0) return 'no rows';
  const table = new Table({
    head: result.meta.map(({ name }) => name),
    colAligns: result.meta.map(({ type }) => (isNumericType(type) ? 'right' : 'left')),
    style: { head: [], border: [], compact: true },
    chars: FRAMELESS,
  });
  for (const row of typed(result).data)
    table.push(
      result.meta.map(({ name, type }) => (isNumericType(type) ? rounded(row[name]) : visible(row[name]))),
    );
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

const FRAMELESS = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: ' ' },
};

function typed(result: SqlResult): SqlResult {
  const numeric = result.meta.filter(({ type }) => isNumericType(type)).map(({ name }) => name);
  const data = result.data.map((row) => {
    const copy = { ...row };
    for (const name of numeric) {
      const number = typeof copy[name] === 'string' ? Number(copy[name]) : undefined;
      // A 64-bit number that a double cannot hold exactly stays text.
      if (number !== undefined && Number.isFinite(number) && Math.abs(number) <= Number.MAX_SAFE_INTEGER)
        copy[name] = number;
    }
    return copy;
  });
  return { ...result, data };
}

/** Integers in full. Fractions have four digits after the point below 1, two below 10, one below 100, none above. */
function rounded(value: unknown): string {
  if (typeof value !== 'number' || Number.isInteger(value)) return shown(value);
  const size = Math.abs(value);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 4;
  return value.toFixed(digits);
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Replaces characters that move the terminal's cursor or turn the direction of text: clients choose parts of the rows. */
function visible(value: unknown): string {
  return shown(value).replace(/\p{C}/gu, '\ufffd');
}
