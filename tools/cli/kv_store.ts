/** Plimsoll's KV namespace, as commands read and write it. */
export interface KvStore {
  /** @returns undefined if there is no such key @throws CliError if the store cannot be read */
  get(key: string): Promise<string | undefined>;
  /** @throws CliError if the store cannot be written */
  put(key: string, value: string): Promise<void>;
  /**
   * Time after a write in which another writer's write may still arrive that was decided before ours: the longest time between
   * another writer's last read and its write, minus the time that our next read takes.
   */
  settle_ms: number;
}

/** A store that holds a process until it is disposed. */
export type OpenKvStore = KvStore & AsyncDisposable;
