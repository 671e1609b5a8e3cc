// One table for all datasets: logical name -> Analytics Engine column. The writers, the SQL front ends, the console
// and the documentation all use it; what each column means is in analytics_meanings.ts, which no Worker carries.
// Columns are added, never moved or renamed; a change of meaning is a new version in the dataset's name.
// https://developers.cloudflare.com/analytics/analytics-engine/

/** Where a logical column is stored. `index1` is the sampling key. */
export type Column = 'index1' | `blob${number}` | `double${number}`;

export interface Dataset {
  /** The name in SQL that `lb sql` accepts. */
  logical: string;
  /** The dataset's name in Analytics Engine, version included. */
  table: string;
  columns: Readonly<Record<string, Column>>;
}

/** One row per request, written by the gateway. */
export const TRAFFIC = {
  logical: 'traffic',
  table: 'plimsoll_traffic_v1',
  columns: {
    sampled_by: 'index1',
    balancer: 'blob1',
    pool: 'blob2',
    origin: 'blob3',
    strategy: 'blob4',
    decision: 'blob5',
    method: 'blob6',
    path: 'blob7',
    outcome: 'blob8',
    retry_reason: 'blob9',
    failed_origins: 'blob10',
    colo: 'blob11',
    country: 'blob12',
    proxy: 'blob13',
    cache_status: 'blob14',
    selector_version: 'blob15',
    detail: 'blob16',
    variant: 'blob17',
    shadow: 'blob18',
    shadow_strategy: 'blob19',
    events: 'blob20',
    status: 'double1',
    attempts: 'double2',
    total_ms: 'double3',
    first_byte_ms: 'double4',
    request_bytes: 'double5',
    response_bytes: 'double6',
    config_version: 'double7',
    inflight: 'double8',
    shadow_differs: 'double9',
    client: 'double10',
    queued_ms: 'double11',
    backoff_ms: 'double12',
  },
} as const satisfies Dataset;

/**
 * One row per check and one per change of state, written by the health Worker; one per ejection and one per
 * readmission in an isolate of the gateway, written by that.
 */
export const HEALTH = {
  logical: 'health',
  table: 'plimsoll_health_v1',
  columns: {
    origin: 'index1',
    kind: 'blob1',
    pool: 'blob2',
    monitor: 'blob3',
    state: 'blob4',
    previous_state: 'blob5',
    reason: 'blob6',
    region: 'blob7',
    rtt_ms: 'double1',
    status: 'double2',
    streak: 'double3',
    until_ms: 'double4',
  },
} as const satisfies Dataset;

/** One row per copy of a request that a mirror got, written by the gateway. */
export const MIRROR = {
  logical: 'mirror',
  table: 'plimsoll_mirror_v1',
  columns: {
    sampled_by: 'index1',
    balancer: 'blob1',
    pool: 'blob2',
    origin: 'blob3',
    method: 'blob4',
    path: 'blob5',
    outcome: 'blob6',
    live_origin: 'blob7',
    live_outcome: 'blob8',
    colo: 'blob9',
    status: 'double1',
    live_status: 'double2',
    first_byte_ms: 'double3',
    live_first_byte_ms: 'double4',
    request_bytes: 'double5',
    config_version: 'double6',
  },
} as const satisfies Dataset;

export const DATASETS: readonly Dataset[] = [TRAFFIC, HEALTH, MIRROR];

/** A row by logical names. Absent ones are stored as the empty string, 0 or (for bytes) what the caller says. */
export type Row<D extends Dataset> = { [K in keyof D['columns']]?: string | number };

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
/** One text column: the widest two of them plus the rest stay far below {@link MAX_BLOB_BYTES}. */
export const MAX_TEXT_BYTES = 512;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Turns a row into a data point that the platform accepts: it drops what breaks its limits without an error,
 * so every text is cut to fit first.
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
  // A UTF-16 unit is at most three bytes of UTF-8: most texts need no encoding to know that they fit.
  if (text.length * 3 <= max) return text;
  const bytes = encoder.encode(text);
  if (bytes.length <= max) return text;
  let end = max;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return decoder.decode(bytes.subarray(0, end));
}
