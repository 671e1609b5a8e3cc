import type { PointWriter } from '../../shared/analytics/write_point.ts';
import type { Selector } from '../../shared/contracts/selection.ts';

/** What wrangler.gateway.toml binds. Whatever is optional may be missing: requests are served all the same. */
export interface Env {
  /** Configuration and health documents. */
  KV?: KVNamespace;
  SELECTOR?: Service & Selector;
  /** The proxy of origins that name none. Others are bound as `PROXY_<NAME>`. */
  PROXY?: Fetcher;
  /** Analytics Engine dataset `plimsoll_traffic_v2`. */
  TRAFFIC?: PointWriter;
  /** Analytics Engine dataset `plimsoll_mirror_v1`. */
  MIRROR?: PointWriter;
  /** Analytics Engine dataset `plimsoll_health_v1`: ejections and readmissions. */
  HEALTH?: PointWriter;
  /** The rate limiter of balancers that name none. Others are bound as `RATE_LIMIT_<NAME>`. */
  RATE_LIMIT?: Limiter;
  /** Secret that signs session cookies. Missing: no client is kept on an origin by cookie. */
  AFFINITY_KEY?: string;
  /** The secret before it: what it has signed is still read. */
  AFFINITY_KEY_PREVIOUS?: string;
  VERSION?: WorkerVersionMetadata;
  [proxy: `PROXY_${string}`]: Fetcher | undefined;
  [limiter: `RATE_LIMIT_${string}`]: Limiter | undefined;
}

/** A limiter of the platform, or a Worker that stands in for one. */
export interface Limiter {
  /** Counts one for `key`. @returns `success: false` above the limit */
  limit(options: { key: string }): Promise<{ success: boolean }>;
}
