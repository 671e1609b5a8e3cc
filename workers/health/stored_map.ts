/**
 * A map that survives restarts and deployments, under a key prefix of a Durable Object's SQLite storage. It is read once and
 * then cached in memory. Reads and writes are synchronous, so nothing can interleave with them.
 */
export class StoredMap<K extends string, V> {
  readonly #kv: SyncKvStorage;
  readonly #prefix: string;
  #entries: Map<K, V> | undefined;

  constructor(kv: SyncKvStorage, prefix: string) {
    this.#kv = kv;
    this.#prefix = prefix;
  }

  get entries(): ReadonlyMap<K, V> {
    return this.#read();
  }

  get(key: K): V | undefined {
    return this.#read().get(key);
  }

  put(key: K, value: V): void {
    if (this.get(key) === value) return;
    this.#read().set(key, value);
    this.#kv.put(this.#prefix + key, value);
  }

  delete(key: K): void {
    if (this.#read().delete(key)) this.#kv.delete(this.#prefix + key);
  }

  /** Replaces all entries. Writes only the values that are not the same object as before. */
  replace(entries: ReadonlyMap<K, V>): void {
    for (const key of [...this.#read().keys()]) if (!entries.has(key)) this.delete(key);
    for (const [key, value] of entries) this.put(key, value);
  }

  #read(): Map<K, V> {
    this.#entries ??= new Map(
      [...this.#kv.list<V>({ prefix: this.#prefix })].map(([key, value]) => [
        key.slice(this.#prefix.length) as K,
        value,
      ]),
    );
    return this.#entries;
  }
}
