import type { HEALTH, MIRROR, TRAFFIC } from './datasets.ts';

/** What a column of a dataset says. */
export interface Meaning {
  meaning: string;
  /** For numbers. */
  unit?: 'ms' | 'bytes' | 'count' | 'status';
}

type Meanings<D extends { columns: object }> = Readonly<Record<keyof D['columns'], Meaning>>;

/** Every column of every dataset explained, by the dataset's logical name. For people: Workers do without. */
export const MEANINGS: {
  traffic: Meanings<typeof TRAFFIC>;
  health: Meanings<typeof HEALTH>;
  mirror: Meanings<typeof MIRROR>;
} = {
  traffic: {
    sampled_by: { meaning: '`balancer:pool`; sampling is even per value' },
    balancer: { meaning: 'id of the load balancer; empty if none matched' },
    pool: { meaning: 'pool of the origin that answered last' },
    origin: { meaning: '`pool/origin` whose answer was delivered; without one, that failed last' },
    strategy: {
      meaning:
        '`pool policy/origin policy` that ranked it; `failover`: the gateway itself; `session`: see `decision`',
    },
    decision: {
      meaning:
        '`kept` (an answer already held), `asked` (it waited for the selector), `fallback` (selector absent or late) or ' +
        '`pinned` (no ranking was taken: a session chose the origin)',
    },
    method: { meaning: 'request method' },
    path: { meaning: 'path without query, cut to 512 bytes' },
    outcome: { meaning: 'how the request ended: `ok`, `error_status`, `timeout`, `connect_failed`, …' },
    retry_reason: { meaning: 'why the first attempt was not the last: an outcome or a status' },
    failed_origins: { meaning: 'other origins that were tried and failed, comma-separated' },
    colo: { meaning: 'data centre that received the request' },
    country: { meaning: 'country of the client, ISO 3166-1' },
    proxy: { meaning: "binding of the proxy Worker that carried `origin`'s attempt" },
    cache_status: { meaning: "the response's `CF-Cache-Status`, if any" },
    selector_version: { meaning: 'version of the selector that ranked it' },
    detail: { meaning: 'what an operator needs to know of a failure' },
    variant: {
      meaning: '`live` or `canary`; empty without a selector, and where a session chose the origin',
    },
    shadow: { meaning: 'the first choice of a strategy that decides nothing; empty if none' },
    shadow_strategy: { meaning: '`pool policy/origin policy` of that strategy' },
    events: { meaning: 'what else happened to it: marks in alphabetical order, comma-separated' },
    status: { meaning: 'status the client got', unit: 'status' },
    attempts: { meaning: 'origins tried', unit: 'count' },
    total_ms: { meaning: 'from request to the end of the response body', unit: 'ms' },
    first_byte_ms: {
      meaning:
        "from the start of `origin`'s attempt, or the end of its streamed upload, to its response headers",
      unit: 'ms',
    },
    request_bytes: { meaning: 'request body where its length was known, else -1', unit: 'bytes' },
    response_bytes: { meaning: 'response body where its length was known, else -1', unit: 'bytes' },
    config_version: { meaning: 'version of the configuration that was used', unit: 'count' },
    inflight: { meaning: "the origin's requests in flight in this isolate, at the start", unit: 'count' },
    shadow_differs: {
      meaning: '1 if `shadow` is not the origin that was tried first, else 0',
      unit: 'count',
    },
    client: {
      meaning: "32-bit hash of the client's address (of its /64 in IPv6): a pseudonym; 0 if not known",
    },
    queued_ms: { meaning: 'waited for a free place at an origin', unit: 'ms' },
    backoff_ms: { meaning: 'waited between attempts', unit: 'ms' },
  },
  health: {
    origin: { meaning: '`pool/origin`; sampling is even per value' },
    kind: { meaning: '`check`, `transition`, `ejection` or `readmission`' },
    pool: { meaning: 'id of the pool' },
    monitor: { meaning: 'id of the monitor, or of the monitor group in a transition' },
    state: { meaning: 'state after it: `up`, `degraded`, `unknown`, `down`' },
    previous_state: { meaning: 'state before it' },
    reason: { meaning: 'why the check failed or the origin was ejected; empty if neither' },
    region: {
      meaning: 'where the prober is: a location hint or `default`; `quorum` for a transition by several',
    },
    rtt_ms: { meaning: 'round-trip time of the check', unit: 'ms' },
    status: { meaning: 'HTTP status of the check, 0 if none', unit: 'status' },
    streak: { meaning: 'equal results, or ejections, in a row, this one included', unit: 'count' },
    until_ms: { meaning: 'time until an ejected origin serves again', unit: 'ms' },
  },
  mirror: {
    sampled_by: { meaning: '`balancer:pool`; sampling is even per value' },
    balancer: { meaning: 'id of the load balancer' },
    pool: { meaning: 'pool that got the copy' },
    origin: { meaning: '`pool/origin` that got it' },
    method: { meaning: 'request method' },
    path: { meaning: 'path without query, cut to 512 bytes' },
    outcome: { meaning: 'how the copy ended: `ok` (whatever the status), `timeout`, …' },
    live_origin: { meaning: '`pool/origin` that answered the client' },
    live_outcome: { meaning: 'how the request itself ended, as in `traffic`' },
    colo: { meaning: 'data centre that received the request' },
    status: { meaning: "status of the mirror's answer, 0 if none", unit: 'status' },
    live_status: { meaning: 'status the client got', unit: 'status' },
    first_byte_ms: { meaning: "until the mirror's response headers", unit: 'ms' },
    live_first_byte_ms: {
      meaning: "until the response headers of the client's answer, of the last attempt",
      unit: 'ms',
    },
    request_bytes: { meaning: 'body of the copy', unit: 'bytes' },
    config_version: { meaning: 'version of the configuration that was used', unit: 'count' },
  },
};
