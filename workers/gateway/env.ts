import type { Selector } from '../../shared/contracts/selection.ts';

/** What wrangler.gateway.toml binds. Whatever is optional may be missing: requests are served all the same. */
export interface Env {
  /** Configuration and health documents. */
  KV?: KVNamespace;
  SELECTOR?: Service & Selector;
  /** The proxy of origins that name none. Others are bound as `PROXY_<NAME>`. */
  PROXY?: Fetcher;
  /** Analytics Engine dataset `plimsoll_traffic_v1`. */
  TRAFFIC?: PointWriter;
  VERSION?: WorkerVersionMetadata;
  [proxy: `PROXY_${string}`]: Fetcher | undefined;
}

/** Analytics Engine's writer returns nothing; the local stand-in, being another Worker, returns a promise. */
export interface PointWriter {
  writeDataPoint(point: { indexes: string[]; blobs: string[]; doubles: number[] }): void | Promise<void>;
}
