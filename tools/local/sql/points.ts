import { MAX_BLOB_BYTES, MAX_INDEX_BYTES } from '../../../shared/analytics/data_point.ts';

/** A data point on its way to the local SQL API. It is one line of `POST /ingest`. */
export interface IngestedPoint {
  dataset: string;
  /** Milliseconds since the epoch. */
  timestamp_ms: number;
  indexes: string[];
  blobs: string[];
  doubles: number[];
}

/** Most blobs, and most doubles, of one point. https://developers.cloudflare.com/analytics/analytics-engine/limits/ */
const MAX_FIELDS = 20;

/** The engine's DateTime has 32 bits of seconds, which end in 2106. */
const MAX_TIME_MS = 2 ** 32 * 1_000;

/**
 * Reads a point and checks it against the limits of production, which drops a larger one without an error.
 * @returns the point, or what is wrong with it
 */
export function readPoint(line: string): IngestedPoint | string {
  let point: Partial<Record<keyof IngestedPoint, unknown>>;
  try {
    point = JSON.parse(line) ?? {};
  } catch {
    return 'a line is not JSON';
  }
  const { dataset, timestamp_ms } = point;
  const indexes = filled(point.indexes, '');
  const blobs = filled(point.blobs, '');
  const doubles = filled(point.doubles, 0);
  if (typeof dataset !== 'string' || !/^[A-Za-z_][A-Za-z0-9_]{0,99}$/.test(dataset))
    return '`dataset` is not the name of a dataset';
  if (typeof timestamp_ms !== 'number' || !(timestamp_ms >= 0 && timestamp_ms < MAX_TIME_MS))
    return '`timestamp_ms` is not a time';
  if (!isList(indexes, 'string') || indexes.length > 1) return 'more than one index, or not a string';
  if (!isList(blobs, 'string') || blobs.length > MAX_FIELDS)
    return `more than ${MAX_FIELDS} blobs, or not strings`;
  if (!isList(doubles, 'number') || doubles.length > MAX_FIELDS)
    return `more than ${MAX_FIELDS} doubles, or not numbers`;
  if (bytes(indexes[0] ?? '') > MAX_INDEX_BYTES) return `an index of more than ${MAX_INDEX_BYTES} bytes`;
  if (blobs.reduce((sum, blob) => sum + bytes(blob), 0) > MAX_BLOB_BYTES)
    return `blobs of more than ${MAX_BLOB_BYTES} bytes together`;
  return { dataset, timestamp_ms, indexes, blobs, doubles };
}

/** The point as a row of its table, in JSON that the engine can read. One bad row would lose the whole batch. */
export function rowOf(point: IngestedPoint, sample_interval: number): string {
  const row: Record<string, string | number> = {
    timestamp: Math.floor(point.timestamp_ms / 1_000),
    dataset: point.dataset,
    index1: (point.indexes[0] ?? '').toWellFormed(),
    _sample_interval: sample_interval,
  };
  for (const [index, blob] of point.blobs.entries()) row[`blob${index + 1}`] = blob.toWellFormed();
  for (const [index, double] of point.doubles.entries()) row[`double${index + 1}`] = double;
  return JSON.stringify(row);
}

/** An absent or null value becomes the empty value, as in the binding. */
function filled(values: unknown, empty: string | number): unknown {
  return Array.isArray(values) ? values.map((value) => value ?? empty) : (values ?? []);
}

function isList(value: unknown, type: 'string'): value is string[];
function isList(value: unknown, type: 'number'): value is number[];
function isList(value: unknown, type: 'string' | 'number'): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === type);
}

function bytes(text: string): number {
  return Buffer.byteLength(text);
}
