// The columns of every dataset: logical name, stored column, meaning. Writers, SQL, the console and the docs use these tables.
// The comment behind a column is its meaning: `npm run docs` copies it to docs/sql.md, and no Worker carries it. A number's
// comment begins with its unit.
// A column is added in a free place, and never moved or renamed. A changed meaning needs a new version in the table's name.
// Why some texts share a place: docs/adr/0006-two-facts-in-one-text.md.
// https://developers.cloudflare.com/analytics/analytics-engine/

/**
 * Where a logical column is stored. `index1` is the sampling key. Two columns can share a text: `blob5.1` is what stands
 * before its first space, one word of ASCII, and `blob5.2` is the rest.
 */
export type Column = 'index1' | `blob${number}` | `double${number}`;

export interface Dataset {
  /** The dataset's name in Analytics Engine, version included. */
  table: string;
  columns: Readonly<Record<string, Column>>;
}

/** One row per request. Written by the gateway. */
export const TRAFFIC = {
  table: 'plimsoll_traffic_v2',
  columns: {
    sampled_by: 'index1', // `balancer:pool`; sampling is even per value
    balancer: 'blob1', // id of the load balancer; empty if none matched
    pool: 'blob2', // pool of `origin`
    origin: 'blob3', // `pool/origin` whose answer was delivered; if none was, the last origin that failed
    strategy: 'blob4', // `pool policy/origin policy` that ranked the origins; `failover`: the gateway itself; `session`: see `decision`
    decision: 'blob5.1', // where the ranking came from: `kept` (an answer already held), `asked` (the request waited for the selector), `failover_order` (no selector answered in time) or `pinned` (a session chose the origin)
    variant: 'blob5.2', // `live` or `canary`; empty if no selector answered or a session chose the origin
    rules: 'blob6', // the pool set and the rules that were applied, in order, comma-separated: `pool_set:NAME`, `rule:NAME`
    method: 'blob7.1', // request method
    path: 'blob7.2', // path without query; method and path together are cut to 512 bytes
    outcome: 'blob8', // how the request ended: `ok`, `error_status`, `timeout`, `connect_failed`, …
    retry_reason: 'blob9', // why the first attempt was not the last: an outcome or a status
    failed_origins: 'blob10', // other origins that were tried and failed, comma-separated
    colo: 'blob11.1', // data centre that received the request
    country: 'blob11.2', // country of the client, ISO 3166-1
    isolate: 'blob12.1', // the gateway's isolate, a random word that lives as long as its memory
    reasons: 'blob12.2', // why pools were no candidates, as the selector said: `eu:down,us:drain`
    proxy: 'blob13.1', // binding of the proxy Worker that carried the attempt at `origin`
    cache_status: 'blob13.2', // `CF-Cache-Status` of the response, if any
    gateway_version: 'blob14', // version of the gateway
    selector_version: 'blob15', // version of the selector that ranked the origins
    detail: 'blob16', // what an operator needs to know about a failure
    shadow: 'blob18', // first choice of a shadow strategy, which decides nothing; empty without one
    shadow_strategy: 'blob19', // `pool policy/origin policy` of the shadow
    events: 'blob20', // what else happened: marks in alphabetical order, comma-separated
    status: 'double1', // (status) status that the client got
    attempts: 'double2', // (count) origins tried
    total_ms: 'double3', // (ms) from the request to the end of the response body
    first_byte_ms: 'double4', // (ms) from the start of the attempt at `origin`, or the end of its streamed upload, to its response headers
    request_bytes: 'double5', // (bytes) length of the request body if known, else -1
    response_bytes: 'double6', // (bytes) length of the response body if known, else -1
    config_version: 'double7', // (count) version of the configuration that was used
    inflight: 'double8', // (count) requests of this isolate in flight to `origin` when the attempt began
    shadow_differs: 'double9', // (count) 1 if `shadow` is not the origin that was tried first, else 0
    client: 'double10', // 32-bit hash of the client's address (of its /64 in IPv6), a pseudonym; 0 if the address is unknown
    queued_ms: 'double11', // (ms) wait for a free place at an origin
    backoff_ms: 'double12', // (ms) wait between attempts
    weight: 'double13', // (count) requests that this row stands for because of `metrics.sample`; 0, in rows of older versions, means 1
    fallback: 'double14', // (count) 1 if `origin` served as part of the fallback pool, because no other pool could, else 0
  },
} as const satisfies Dataset;

/** One row per check and change of state (the health Worker), and per ejection and readmission in an isolate (the gateway). */
export const HEALTH = {
  table: 'plimsoll_health_v1',
  columns: {
    origin: 'index1', // `pool/origin`; sampling is even per value
    kind: 'blob1', // `check`, `transition`, `ejection` or `readmission`
    pool: 'blob2', // id of the pool
    monitor: 'blob3', // id of the monitor; in a transition, that of the monitor group if there is one
    state: 'blob4', // state afterwards: `up`, `degraded`, `unknown` or `down`
    previous_state: 'blob5', // state before
    reason: 'blob6', // why the check failed or the origin was ejected, else empty
    region: 'blob7', // where the prober is: a location hint or `default`; `quorum` if several regions decided a transition
    rtt_ms: 'double1', // (ms) round-trip time of the check
    status: 'double2', // (status) HTTP status of the check; 0 if none
    streak: 'double3', // (count) equal results in a row, or ejections in a row, this one included
    until_ms: 'double4', // (ms) time until an ejected origin serves again
  },
} as const satisfies Dataset;

/** One row per copy of a request that went to a mirror. Written by the gateway. */
export const MIRROR = {
  table: 'plimsoll_mirror_v1',
  columns: {
    sampled_by: 'index1', // `balancer:pool`; sampling is even per value
    balancer: 'blob1', // id of the load balancer
    pool: 'blob2', // pool that got the copy
    origin: 'blob3', // `pool/origin` that got the copy
    method: 'blob4', // request method
    path: 'blob5', // path without query, cut to 512 bytes
    outcome: 'blob6', // how the copy ended: `ok` (whatever the status), `timeout`, …
    live_origin: 'blob7', // `pool/origin` that answered the client
    live_outcome: 'blob8', // how the request itself ended, as in `traffic`
    colo: 'blob9', // data centre that received the request
    status: 'double1', // (status) status of the mirror's answer; 0 if none
    live_status: 'double2', // (status) status that the client got
    first_byte_ms: 'double3', // (ms) from the start of the copy to the mirror's response headers
    live_first_byte_ms: 'double4', // (ms) from the start of the last attempt to the response headers of the client's answer
    request_bytes: 'double5', // (bytes) body of the copy
    config_version: 'double6', // (count) version of the configuration that was used
  },
} as const satisfies Dataset;

/** All datasets, by the name that `lb sql` accepts after FROM. */
export const DATASETS: Readonly<Record<string, Dataset>> = {
  traffic: TRAFFIC,
  health: HEALTH,
  mirror: MIRROR,
};

/**
 * SQL for the number of requests that a row of `traffic` stands for: the platform's sampling times our own. It is a whole number,
 * which weighted quantiles need.
 */
export const TRAFFIC_WEIGHT = `(_sample_interval * toUInt32(if(${TRAFFIC.columns.weight} > 0, ${TRAFFIC.columns.weight}, 1)))`;

/** A row by logical names. An absent column is stored as the empty string or 0. */
export type Row<D extends Dataset> = { [K in keyof D['columns']]?: string | number };
