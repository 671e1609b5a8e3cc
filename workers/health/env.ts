import type { DataPoint } from '../../shared/analytics/datasets.ts';
import type { Prober } from '../../shared/contracts/carrying.ts';
import type { Monitors } from './monitors.ts';
import type { Region } from './region.ts';

/** Bindings of wrangler.health.toml. */
export interface HealthEnv {
  /** Holds the configuration (read) and the health document (written). */
  KV: KVNamespace;
  MONITORS: DurableObjectNamespace<Monitors>;
  REGIONS: DurableObjectNamespace<Region>;
  PROXY: Prober;
  /** Proxies that origins name: `"proxy": "eu"` is probed through `PROXY_EU`, bound here as in the gateway. */
  [proxy: `PROXY_${string}`]: Prober;
  /** Signs messages to webhooks: base64, `whsec_` in front or not; absent: they are not signed. */
  WEBHOOK_SECRET?: string;
  /** The same for one webhook, in place of it: for `ops` `WEBHOOK_SECRET_OPS`. */
  [secret: `WEBHOOK_SECRET_${string}`]: string;
  /** Absent: checks are not recorded. */
  HEALTH?: DataPointSink;
}

/** Analytics Engine, which returns nothing, or the local sink behind RPC, which returns a promise. */
export interface DataPointSink {
  writeDataPoint(point: DataPoint): unknown;
}
