// One table for all datasets: logical name -> Analytics Engine column, meaning, unit. The writers, the SQL
// front ends, the console and the documentation all use it. Columns are added, never moved or renamed; a
// change of meaning is a new version in the dataset's name.
// https://developers.cloudflare.com/analytics/analytics-engine/

/** Where a logical column is stored. `index1` is the sampling key. */
export type Column = 'index1' | `blob${number}` | `double${number}`;

export interface ColumnSpec {
  column: Column;
  meaning: string;
  /** For numbers. */
  unit?: 'ms' | 'bytes' | 'count' | 'status';
}

export interface Dataset {
  /** The name in SQL that `lb sql` accepts. */
  logical: string;
  /** The dataset's name in Analytics Engine, version included. */
  table: string;
  columns: Readonly<Record<string, ColumnSpec>>;
}

/** One row per request, written by the gateway. */
export const TRAFFIC = {
  logical: 'traffic',
  table: 'plimsoll_traffic_v1',
  columns: {
    sampled_by: { column: 'index1', meaning: '`balancer:pool`; sampling is even per value' },
    balancer: { column: 'blob1', meaning: 'id of the load balancer; empty if none matched' },
    pool: { column: 'blob2', meaning: 'pool of the origin that answered last' },
    origin: { column: 'blob3', meaning: '`pool/origin` that answered or failed last' },
    strategy: { column: 'blob4', meaning: '`pool policy/origin policy` that ranked it' },
    decision: {
      column: 'blob5',
      meaning: '`kept` (an answer already held), `asked` (selector called) or `fallback` (selector absent)',
    },
    method: { column: 'blob6', meaning: 'request method' },
    path: { column: 'blob7', meaning: 'path without query, cut to 512 bytes' },
    outcome: {
      column: 'blob8',
      meaning: 'how the request ended: `ok`, `error_status`, `timeout`, `connect_failed`, …',
    },
    retry_reason: {
      column: 'blob9',
      meaning: 'why the first attempt was not the last: an outcome or a status',
    },
    failed_origins: { column: 'blob10', meaning: 'origins tried before the last, comma-separated' },
    colo: { column: 'blob11', meaning: 'data centre that received the request' },
    country: { column: 'blob12', meaning: 'country of the client, ISO 3166-1' },
    proxy: { column: 'blob13', meaning: 'binding of the proxy Worker that carried the last attempt' },
    cache_status: { column: 'blob14', meaning: "the response's `CF-Cache-Status`, if any" },
    selector_version: { column: 'blob15', meaning: 'version of the selector that ranked it' },
    detail: { column: 'blob16', meaning: 'what an operator needs to know of a failure' },
    variant: { column: 'blob17', meaning: '`live` or `canary`; empty without a selector' },
    shadow: {
      column: 'blob18',
      meaning: 'the first choice of a strategy that decides nothing; empty if none',
    },
    shadow_strategy: { column: 'blob19', meaning: '`pool policy/origin policy` of that strategy' },
    events: {
      column: 'blob20',
      meaning: 'what else happened to it: marks in alphabetical order, comma-separated',
    },
    status: { column: 'double1', meaning: 'status the client got', unit: 'status' },
    attempts: { column: 'double2', meaning: 'origins tried', unit: 'count' },
    total_ms: { column: 'double3', meaning: 'from request to the end of the response body', unit: 'ms' },
    first_byte_ms: {
      column: 'double4',
      meaning: 'from the start of the last attempt to its response headers',
      unit: 'ms',
    },
    request_bytes: {
      column: 'double5',
      meaning: 'request body where its length was known, else -1',
      unit: 'bytes',
    },
    response_bytes: {
      column: 'double6',
      meaning: 'response body where its length was known, else -1',
      unit: 'bytes',
    },
    config_version: {
      column: 'double7',
      meaning: 'version of the configuration that was used',
      unit: 'count',
    },
    inflight: {
      column: 'double8',
      meaning: "the origin's requests in flight in this isolate, at the start",
      unit: 'count',
    },
    shadow_differs: {
      column: 'double9',
      meaning: '1 if `shadow` is not the origin that was tried first, else 0',
      unit: 'count',
    },
    client: {
      column: 'double10',
      meaning: "32-bit hash of the client's address (of its /64 in IPv6): a pseudonym; 0 if not known",
    },
    queued_ms: { column: 'double11', meaning: 'waited for a free place at an origin', unit: 'ms' },
    backoff_ms: { column: 'double12', meaning: 'waited between attempts', unit: 'ms' },
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
    origin: { column: 'index1', meaning: '`pool/origin`; sampling is even per value' },
    kind: { column: 'blob1', meaning: '`check`, `transition`, `ejection` or `readmission`' },
    pool: { column: 'blob2', meaning: 'id of the pool' },
    monitor: { column: 'blob3', meaning: 'id of the monitor, or of the monitor group in a transition' },
    state: { column: 'blob4', meaning: 'state after it: `up`, `degraded`, `unknown`, `down`' },
    previous_state: { column: 'blob5', meaning: 'state before it' },
    reason: {
      column: 'blob6',
      meaning: 'why the check failed or the origin was ejected; empty if neither',
    },
    region: {
      column: 'blob7',
      meaning: 'where the prober is: a location hint or `default`; `quorum` for a transition by several',
    },
    rtt_ms: { column: 'double1', meaning: 'round-trip time of the check', unit: 'ms' },
    status: { column: 'double2', meaning: 'HTTP status of the check, 0 if none', unit: 'status' },
    streak: {
      column: 'double3',
      meaning: 'equal results, or ejections, in a row, this one included',
      unit: 'count',
    },
    until_ms: { column: 'double4', meaning: 'time until an ejected origin serves again', unit: 'ms' },
  },
} as const satisfies Dataset;

/** One row per copy of a request that a mirror got, written by the gateway. */
export const MIRROR = {
  logical: 'mirror',
  table: 'plimsoll_mirror_v1',
  columns: {
    sampled_by: { column: 'index1', meaning: '`balancer:pool`; sampling is even per value' },
    balancer: { column: 'blob1', meaning: 'id of the load balancer' },
    pool: { column: 'blob2', meaning: 'pool that got the copy' },
    origin: { column: 'blob3', meaning: '`pool/origin` that got it' },
    method: { column: 'blob4', meaning: 'request method' },
    path: { column: 'blob5', meaning: 'path without query, cut to 512 bytes' },
    outcome: { column: 'blob6', meaning: 'how the copy ended: `ok` (whatever the status), `timeout`, …' },
    live_origin: { column: 'blob7', meaning: '`pool/origin` that answered the client' },
    live_outcome: { column: 'blob8', meaning: 'how the request itself ended, as in `traffic`' },
    colo: { column: 'blob9', meaning: 'data centre that received the request' },
    status: { column: 'double1', meaning: "status of the mirror's answer, 0 if none", unit: 'status' },
    live_status: { column: 'double2', meaning: 'status the client got', unit: 'status' },
    first_byte_ms: { column: 'double3', meaning: "until the mirror's response headers", unit: 'ms' },
    live_first_byte_ms: {
      column: 'double4',
      meaning: "until the response headers of the client's answer, of the last attempt",
      unit: 'ms',
    },
    request_bytes: { column: 'double5', meaning: 'body of the copy', unit: 'bytes' },
    config_version: {
      column: 'double6',
      meaning: 'version of the configuration that was used',
      unit: 'count',
    },
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
  for (const [name, { column }] of Object.entries<ColumnSpec>(dataset.columns)) {
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
