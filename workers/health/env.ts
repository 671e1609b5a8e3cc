import type { DataPoint } from '../../shared/analytics/data_point.ts';
import type { Proxies } from './probe/prober.ts';
import type { Coordinator, RegionalProber } from './rpc.ts';

/** The bindings of wrangler.health.toml. */
export interface Env extends Proxies {
  /** Holds the configuration (read) and the health document (written). */
  KV: KVNamespace;
  MONITORS: DurableObjectNamespace<Coordinator>;
  REGIONS: DurableObjectNamespace<RegionalProber>;
  /** Secret that signs messages to webhooks: base64, with or without `whsec_`. Absent: messages are not signed. */
  WEBHOOK_SECRET?: string;
  /** Secret of one webhook instead: `WEBHOOK_SECRET_OPS` for the webhook `ops`. */
  [secret: `WEBHOOK_SECRET_${string}`]: string;
  /** Analytics Engine dataset `plimsoll_health_v1`. Absent: checks are not recorded. */
  HEALTH?: PointWriter;
}

/** Analytics Engine's writer returns nothing. The local stand-in is another Worker, so it returns a promise. */
export interface PointWriter {
  writeDataPoint(point: DataPoint): unknown;
}
