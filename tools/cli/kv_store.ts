/** Plimsoll's KV namespace, as commands read and write it. */
export interface KvStore {
  /** @returns undefined if there is no such key @throws CliError if the store cannot be read */
  get(key: string): Promise<string | undefined>;
  /** @throws CliError if the store cannot be written */
  put(key: string, value: string): Promise<void>;
  /**
   * How long to wait after a write before reading whether it stayed. Another writer may have read before our write and write after
   * it. This is the longest time between its read and its write, minus the time that our read takes.
   */
  settle_ms: number;
}

/** A store that may hold a process. Dispose of it, or the command does not end. */
export type OpenKvStore = KvStore & AsyncDisposable;
