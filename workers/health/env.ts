import type { DataPoint } from '../../shared/analytics/data_point.ts';
import type { Proxies } from './prober.ts';
import type { Coordinator, RegionalProber } from './rpc.ts';

/** Bindings of wrangler.health.toml. */
export interface Env extends Proxies {
  /** Holds the configuration (read) and the health document (written). */
  KV: KVNamespace;
  MONITORS: DurableObjectNamespace<Coordinator>;
  REGIONS: DurableObjectNamespace<RegionalProber>;
  /** Signs messages to webhooks: base64, `whsec_` in front or not; absent: they are not signed. */
  WEBHOOK_SECRET?: string;
  /** The same for one webhook, in place of it: for `ops` `WEBHOOK_SECRET_OPS`. */
  [secret: `WEBHOOK_SECRET_${string}`]: string;
  /** Absent: checks are not recorded. */
  HEALTH?: PointWriter;
}

/** Analytics Engine, which returns nothing, or the local sink behind RPC, which returns a promise. */
export interface PointWriter {
  writeDataPoint(point: DataPoint): unknown;
}
