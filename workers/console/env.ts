import type { Operator } from '../../shared/contracts/control.ts';
import type { Previewer } from '../../shared/contracts/preview.ts';
import type { AccessEnv } from './access/access_env.ts';
import type { SqlAccess } from './signals/ask_sql.ts';

/** The bindings of wrangler.console.toml. */
export interface Env extends SqlAccess, AccessEnv {
  /** Configuration and health documents. The console only reads them. */
  KV?: KVNamespace;
  /** The health Worker's entrypoint `Preview`. Absent: `/api/probe` answers 503. */
  HEALTH?: Previewer;
  /** The health Worker's entrypoint `Operator`. Absent: health is read from KV, and `/api/announce` answers 503. */
  OPERATOR?: Operator;
  /** Secret that opens the console. Absent: only a local console is open. */
  CONSOLE_TOKEN?: string;
  /** Secret of those who publish. Absent: only a local console takes announcements. */
  PUBLISH_TOKEN?: string;
}
