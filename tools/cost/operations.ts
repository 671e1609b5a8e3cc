import { DAY_S, type Deployment } from './deployment.ts';
import { healthOperations } from './health.ts';
import { lookOperations } from './looks.ts';

/** What Cloudflare bills or limits. */
export const ITEMS = [
  'worker_requests',
  'cpu_ms',
  'data_points',
  'kv_reads',
  'kv_writes',
  'object_requests',
  'object_gb_s',
  'rows_written',
  'log_events',
] as const;
export type Item = (typeof ITEMS)[number];

/** Operations per second, by item. */
export interface Operations extends Record<Item, number> {
  /** The part of `object_requests` that goes to the coordinator, alarms included. */
  coordinator_requests: number;
  /** Not billed. */
  cache_operations: number;
}

/** The share of the gateway's requests that are logged: `head_sampling_rate` of wrangler.gateway.toml. */
const LOGGED = 0.01;

/** The operations of a deployment, means per second. */
export function operationsOf(deployment: Deployment): Operations {
  const { requests_per_s, sample, cpu_ms, publications_per_day } = deployment;
  const looks = lookOperations(deployment);
  const health = healthOperations(deployment);
  const publications_per_s = publications_per_day / DAY_S;
  return {
    worker_requests: requests_per_s + health.worker_requests,
    cpu_ms: requests_per_s * cpu_ms,
    data_points: requests_per_s * sample + health.data_points,
    kv_reads: looks.kv_reads + health.kv_reads + publications_per_s * READS_OF_PUBLISH,
    kv_writes: health.kv_writes + publications_per_s * WRITES_OF_PUBLISH,
    object_requests: looks.coordinator_requests + health.coordinator_requests + health.region_requests,
    coordinator_requests: looks.coordinator_requests + health.coordinator_requests,
    object_gb_s: (health.active_s + looks.coordinator_requests * ANSWER_S) * OBJECT_GB,
    rows_written: health.rows_written,
    log_events: requests_per_s * LOGGED + health.log_events,
    cache_operations: looks.cache_operations,
  };
}

/** `lb publish` reads head and body, and the head again before and after it writes. */
const READS_OF_PUBLISH = 4;
/** The body, then the head. */
const WRITES_OF_PUBLISH = 2;
/** An object that answers from memory is busy for about this long. */
const ANSWER_S = 0.002;
/** Memory that an object is billed by. */
const OBJECT_GB = 0.128;
