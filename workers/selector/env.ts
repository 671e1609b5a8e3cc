/** The selector's bindings (wrangler.selector.toml). Each may be missing, and the selector still serves. */
export interface Env {
  /** Holds the published configuration, the health document and strategy scripts. */
  KV?: KVNamespace;
  /** Runs strategy scripts, each in an isolate of its own. */
  LOADER?: WorkerLoader;
  VERSION?: WorkerVersionMetadata;
}
