import type { Column, Dataset, Row } from './datasets.ts';

/** What `writeDataPoint` takes. */
export interface DataPoint {
  indexes: [string];
  blobs: string[];
  doubles: number[];
}

/** Bytes of all blobs together that the runtime accepts (workerd, analytics-engine-impl.h). */
export const MAX_BLOB_BYTES = 16_000;
/** Bytes of the index. */
export const MAX_INDEX_BYTES = 96;
/** Bytes of one text column. All 20 at this size are 10,240 bytes, below {@link MAX_BLOB_BYTES}. */
export const MAX_TEXT_BYTES = 512;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Turns a row into a data point that the platform accepts. Each text is cut to fit, because the platform drops a point that
 * breaks a limit without an error.
 */
export function toDataPoint<D extends Dataset>(dataset: D, row: Row<D>): DataPoint {
  const point: DataPoint = { indexes: [''], blobs: [], doubles: [] };
  for (const [name, column] of Object.entries<Column>(dataset.columns)) {
    const value = row[name as keyof D['columns']];
    if (column === 'index1') point.indexes[0] = cut(String(value ?? ''), MAX_INDEX_BYTES);
    else if (column.startsWith('blob'))
      point.blobs[position(column, 4)] = cut(String(value ?? ''), MAX_TEXT_BYTES);
    else point.doubles[position(column, 6)] = finite(value);
  }
  return point;
}

/** `blob3` -> 2. */
function position(column: Column, prefix: number): number {
  return Number(column.slice(prefix)) - 1;
}

function finite(value: string | number | undefined): number {
  const number = Number(value ?? 0);
  return Number.isFinite(number) ? number : 0;
}

/** Cuts to `max` UTF-8 bytes without splitting a character. */
function cut(text: string, max: number): string {
  // A UTF-16 unit is at most three bytes of UTF-8, so most texts fit without being encoded.
  if (text.length * 3 <= max) return text;
  const bytes = encoder.encode(text);
  if (bytes.length <= max) return text;
  let end = max;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return decoder.decode(bytes.subarray(0, end));
}
