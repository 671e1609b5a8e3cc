import type { Previewer } from '../../shared/contracts/preview.ts';
import type { SqlAccess } from './signals/ask_sql.ts';

/** Bindings of wrangler.console.toml. */
export interface Env extends SqlAccess {
  /** Holds the configuration and the health document; the console only reads. */
  KV?: KVNamespace;
  /** The health Worker's entrypoint `Preview`; absent: nothing can be probed from here. */
  HEALTH?: Previewer;
  /** Secret that opens the console. Without it, only a local console is open. */
  CONSOLE_TOKEN?: string;
}
