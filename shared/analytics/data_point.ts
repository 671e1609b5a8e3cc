import type { Dataset, Row } from './datasets.ts';

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

/** The names of a dataset's columns, in the order in which a data point stores them. */
interface Places {
  index: string;
  /** A text holds one column or two. A free one has the name ''. */
  blobs: Array<readonly [name: string, rest?: string]>;
  doubles: string[];
}

/** Worked out once for each dataset, because every request writes a point. */
const known = new WeakMap<Dataset, Places>();

/**
 * Turns a row into a data point that the platform accepts. Each text is cut to fit, because the platform drops a point that
 * breaks a limit without an error.
 */
export function toDataPoint<D extends Dataset>(dataset: D, row: Row<D>): DataPoint {
  const { index, blobs, doubles } = known.get(dataset) ?? placesOf(dataset);
  const values: Readonly<Record<string, string | number | undefined>> = row;
  const text = (name: string) => String(values[name] ?? '');
  return {
    indexes: [cut(text(index), MAX_INDEX_BYTES)],
    blobs: blobs.map(([name, rest]) =>
      cut(rest === undefined ? text(name) : `${text(name)} ${text(rest)}`, MAX_TEXT_BYTES),
    ),
    doubles: doubles.map((name) => finite(values[name])),
  };
}

function placesOf(dataset: Dataset): Places {
  const places: Places = { index: '', blobs: [], doubles: [] };
  for (const [name, column] of Object.entries(dataset.columns)) {
    // `blob5.2` -> blob, 5, 2
    const [, kind, place, part] = /^([a-z]+)(\d+)\.?(\d?)$/.exec(column) ?? [];
    const i = Number(place) - 1;
    if (kind === 'blob') places.blobs[i] = part === '2' ? [places.blobs[i]?.[0] ?? '', name] : [name];
    else if (kind === 'double') places.doubles[i] = name;
    else places.index = name;
  }
  places.blobs = Array.from(places.blobs, (names) => names ?? ['']);
  places.doubles = Array.from(places.doubles, (name) => name ?? '');
  known.set(dataset, places);
  return places;
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
