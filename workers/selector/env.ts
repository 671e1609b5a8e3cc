import type { Control } from '../../shared/contracts/control.ts';

/** The selector's bindings (wrangler.selector.toml). Each may be missing, and the selector still serves. */
export interface Env {
  /** Holds the published configuration, the health document and strategy scripts. */
  KV?: KVNamespace;
  /** The coordinator of the health Worker, which knows both documents before KV shows them. */
  CONTROL?: Service & Control;
  /** The id of the KV namespace. Workers that have the same one share the documents in their data centre's cache. */
  KV_ID?: string;
  /** Runs strategy scripts, each in an isolate of its own. */
  LOADER?: WorkerLoader;
  VERSION?: WorkerVersionMetadata;
}
