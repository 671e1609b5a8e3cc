import type { Previewer } from '../../shared/contracts/preview.ts';
import type { SqlAccess } from './signals/ask_sql.ts';

/** The bindings of wrangler.console.toml. */
export interface Env extends SqlAccess {
  /** Configuration and health documents. The console only reads them. */
  KV?: KVNamespace;
  /** The health Worker's entrypoint `Preview`. Absent: `/api/probe` answers 503. */
  HEALTH?: Previewer;
  /** Secret that opens the console. Absent: only a local console is open. */
  CONSOLE_TOKEN?: string;
}
