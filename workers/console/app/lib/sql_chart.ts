import { isNumericType } from '../../../../shared/analytics/sql/numeric_type.ts';
import type { SqlResult } from '../../../../shared/contracts/sql.ts';

/** A result as a chart shows it: numbers over time, or numbers by a name. */
export interface SqlChart {
  kind: 'lines' | 'bars';
  /** Of a chart of lines: seconds since the epoch, in order. Of bars: 0, 1, 2, … */
  xs: number[];
  /** The name at each x. Empty for lines. */
  names: string[];
  series: { name: string; values: (number | null)[] }[];
}

/** A chart with more series is no help. */
const MAX_SERIES = 12;
const MAX_BARS = 200;

/**
 * The chart of a result, if it can have one: its first column is a time or a name, and others are numbers. With a time, a second
 * column of text makes a series of each of its words.
 * @returns undefined: there is nothing to draw
 */
export function sqlChart({ columns, rows }: Pick<SqlResult, 'columns' | 'rows'>): SqlChart | undefined {
  const [first, second] = columns;
  const numbers = columns.slice(1).filter(({ type }) => isNumericType(type));
  if (first === undefined || numbers.length === 0 || rows.length === 0) return undefined;
  if (isTime(first, rows)) {
    const split = second !== undefined && !isNumericType(second.type) ? second.name : undefined;
    return linesOf(
      rows,
      first,
      split,
      numbers.map(({ name }) => name),
    );
  }
  const shown = rows.slice(0, MAX_BARS);
  return {
    kind: 'bars',
    xs: shown.map((_, index) => index),
    names: shown.map((row) => String(row[first.name] ?? '')),
    series: numbers.slice(0, MAX_SERIES).map(({ name }) => ({
      name,
      values: shown.map((row) => numberOf(row[name])),
    })),
  };
}

function linesOf(
  rows: SqlResult['rows'],
  time: SqlResult['columns'][number],
  split: string | undefined,
  numbers: readonly string[],
): SqlChart {
  const xs = [...new Set(rows.map((row) => secondsOf(row[time.name])))].sort((a, b) => a - b);
  const index = new Map(xs.map((x, i) => [x, i]));
  const series = new Map<string, (number | null)[]>();
  for (const row of rows)
    for (const number of numbers) {
      const word = split === undefined ? number : String(row[split] ?? '');
      const name = split === undefined || numbers.length === 1 ? word : `${word} ${number}`;
      const values = series.get(name) ?? xs.map(() => null);
      values[index.get(secondsOf(row[time.name])) ?? 0] = numberOf(row[number]);
      series.set(name, values);
    }
  const shown = [...series].slice(0, MAX_SERIES).map(([name, values]) => ({ name, values }));
  return { kind: 'lines', xs, names: [], series: shown };
}

/** Seconds since the epoch from here on are times, and smaller numbers are hours of a day or days of a month. 1973. */
const FIRST_TIME_S = 100_000_000;

/** A time has a type of time, or is a number of seconds since the epoch with a name that says so. */
function isTime({ name, type }: SqlResult['columns'][number], rows: SqlResult['rows']): boolean {
  return (
    /^DateTime/.test(type) ||
    (isNumericType(type) &&
      /^(at|time|timestamp|since|hour|minute|day|t)(_s)?$/.test(name) &&
      rows.every((row) => Number(row[name]) >= FIRST_TIME_S))
  );
}

/** A time of the SQL API is a text without a zone, which means UTC. */
function secondsOf(value: unknown): number {
  const number = Number(value);
  if (!Number.isNaN(number)) return number;
  return Date.parse(`${String(value).replace(' ', 'T')}Z`) / 1_000;
}

function numberOf(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value);
}
