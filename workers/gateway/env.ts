import type { PointWriter } from '../../shared/analytics/data_point.ts';
import type { Control } from '../../shared/contracts/control.ts';
import type { Selector } from '../../shared/contracts/selection.ts';

/** The bindings in wrangler.gateway.toml. Requests are served even without the optional ones, as long as a proxy is bound. */
export interface Env {
  /** Configuration and health documents. */
  KV?: KVNamespace;
  /** The coordinator of the health Worker, which knows both documents before KV shows them. */
  CONTROL?: Service & Control;
  /** The id of the KV namespace. Workers that have the same one share the documents in their data centre's cache. */
  KV_ID?: string;
  SELECTOR?: Service & Selector;
  /** The proxy of origins that do not name one. Others are bound as `PROXY_<NAME>`. */
  PROXY?: Fetcher;
  /** Analytics Engine dataset `plimsoll_traffic_v2`. */
  TRAFFIC?: PointWriter;
  /** Analytics Engine dataset `plimsoll_mirror_v1`. */
  MIRROR?: PointWriter;
  /** Analytics Engine dataset `plimsoll_health_v1`: ejections and readmissions. */
  HEALTH?: PointWriter;
  /** The rate limiter of balancers that do not name one. Others are bound as `RATE_LIMIT_<NAME>`. */
  RATE_LIMIT?: Limiter;
  /** Secret that signs session cookies. Absent: cookies keep no client on its origin. */
  AFFINITY_KEY?: string;
  /** The secret used before. Cookies signed with it are still accepted. */
  AFFINITY_KEY_PREVIOUS?: string;
  VERSION?: WorkerVersionMetadata;
  [proxy: `PROXY_${string}`]: Fetcher | undefined;
  [limiter: `RATE_LIMIT_${string}`]: Limiter | undefined;
}

/** A rate limiter of the platform, or a Worker with the same interface. */
export interface Limiter {
  /** Counts a request for `key`. @returns `success: false` above the limit */
  limit(options: { key: string }): Promise<{ success: boolean }>;
}
