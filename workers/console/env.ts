import type { Operator } from '../../shared/contracts/control.ts';
import type { Explainer } from '../../shared/contracts/explain.ts';
import type { Previewer } from '../../shared/contracts/preview.ts';
import type { AccessEnv } from './access/access_env.ts';
import type { HistoryRpc } from './rpc.ts';
import type { SqlAccess } from './signals/ask_sql.ts';

/** The bindings of wrangler.console.toml. */
export interface Env extends SqlAccess, AccessEnv {
  /** Configuration and health documents. */
  KV?: KVNamespace;
  /** The health Worker's entrypoint `Preview`. Absent: `/api/probe` answers 503. */
  HEALTH?: Previewer;
  /** The health Worker's entrypoint `Operator`. Absent: health is read from KV, and gateways follow a publication through KV. */
  OPERATOR?: Operator;
  /** The gateway's entrypoint `Explain`. Absent: `/api/explain` answers 503. */
  GATEWAY?: Explainer;
  /**
   * The zones of Cloudflare's API: `"ID NAME, ID NAME"`, ids of 32 hex digits. Load balancers belong to the zone whose name their
   * host ends with, else to the first. Absent: one zone, with the id 32 times `b`.
   */
  ZONES?: string;
  /** The name of the one zone if `ZONES` is absent. Default: `example.com`. */
  ZONE_NAME?: string;
  /** `public`: `/status` and `/status.json` tell anybody how each load balancer is. Any other value, or none: they do not exist. */
  STATUS_PAGE?: string;
  /** The object with the configuration's history. */
  HISTORY: DurableObjectNamespace<HistoryRpc & Rpc.DurableObjectBranded>;
}
