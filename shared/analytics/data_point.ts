import { getOrMake } from '../maps.ts';
import type { Dataset, Row } from './datasets.ts';

/** What `writeDataPoint` takes. */
export interface DataPoint {
  indexes: [string];
  blobs: string[];
  doubles: number[];
}

/** Analytics Engine's writer returns nothing. The local stand-in is another Worker, so it returns a promise. */
export interface PointWriter {
  writeDataPoint(point: DataPoint): void | Promise<void>;
}

/** Bytes of all blobs together that the runtime accepts (workerd, analytics-engine-impl.h). */
export const MAX_BLOB_BYTES = 16_000;
/** Bytes of the index. */
export const MAX_INDEX_BYTES = 96;
/** Bytes of one text column. All 20 at this size are 10,240 bytes, below {@link MAX_BLOB_BYTES}. */
export const MAX_TEXT_BYTES = 512;

const encoder = new TextEncoder();

/** The columns that one place of a data point holds: one, or two in a text that is shared, or none. */
type Place = readonly string[];

/** By dataset: the places of its index, texts and numbers. Worked out once, because every request writes a point. */
const known = new WeakMap<Dataset, Place[][]>();

/**
 * Turns a row into a data point that the platform accepts. Each text is cut to fit, because the platform drops a point that
 * breaks a limit without an error. A number that is absent or not finite is stored as 0.
 */
export function toDataPoint<D extends Dataset>(dataset: D, row: Row<D>): DataPoint {
  const [index = [], blobs = [], doubles = []] = getOrMake(known, dataset, placesOf);
  const values: Readonly<Record<string, string | number | undefined>> = row;
  const text = ([name = '', rest]: Place = [], max = MAX_TEXT_BYTES) =>
    cut(`${values[name] ?? ''}${rest ? ` ${values[rest] ?? ''}` : ''}`, max);
  return {
    indexes: [text(index[0], MAX_INDEX_BYTES)],
    blobs: blobs.map((place) => text(place)),
    doubles: doubles.map(([name = '']) => (Number.isFinite(values[name]) ? Number(values[name]) : 0)),
  };
}

function placesOf(dataset: Dataset): Place[][] {
  return ['index', 'blob', 'double'].map((wanted) => {
    const list: Place[] = [];
    for (const [name, column] of Object.entries(dataset.columns)) {
      // `blob5.2` -> blob, 5
      const [kind, number] = column.split(/(\d+)/);
      const i = Number(number) - 1;
      if (kind === wanted) list[i] = [...(list[i] ?? []), name];
    }
    return Array.from(list, (place) => place ?? []);
  });
}

/** Cuts to `max` UTF-8 bytes without splitting a character. */
function cut(text: string, max: number): string {
  // A UTF-16 unit is at most three bytes of UTF-8, so most texts fit without being encoded.
  if (text.length * 3 <= max) return text;
  return text.slice(0, encoder.encodeInto(text, new Uint8Array(max)).read);
}

/**
 * Writes a data point. It never throws, because no client may notice what goes wrong here.
 * @param writer undefined: nothing is written
 * @param row makes the row; it is called only if there is a writer
 * @returns the end of the write, if the writer returns a promise (an un-awaited call to another Worker may be lost); it never rejects
 */
export function writePoint<D extends Dataset>(
  writer: PointWriter | undefined,
  dataset: D,
  row: () => Row<D>,
): Promise<void> | undefined {
  if (writer === undefined) return undefined;
  try {
    return writer.writeDataPoint(toDataPoint(dataset, row()))?.catch(lost);
  } catch (error) {
    lost(error);
    return undefined;
  }
}

function lost(error: unknown): void {
  console.warn('data point lost', error);
}
