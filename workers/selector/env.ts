/** The selector's bindings (wrangler.selector.toml). Each may be missing: the selector then serves all the same. */
export interface Env {
  /** Holds the published configuration and the health document. */
  KV?: KVNamespace;
  VERSION?: WorkerVersionMetadata;
}
