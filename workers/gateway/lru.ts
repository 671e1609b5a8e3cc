/** A map that holds a bounded number of entries and drops the one that was least recently used. */
export class Lru<K, V> {
  readonly #entries = new Map<K, V>();
  readonly #max: number;
  #newest: K | undefined;

  /** @param max 1 or more */
  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: K): V | undefined {
    const value = this.#entries.get(key);
    // Nearly every request of a balancer without keys finds the entry that the one before has used.
    if (value === undefined || key === this.#newest) return value;
    this.#put(key, value);
    return value;
  }

  set(key: K, value: V): void {
    if (this.#entries.size >= this.#max && !this.#entries.has(key)) {
      // A Map iterates in the order of insertion, which here is the order of use.
      for (const oldest of this.#entries.keys()) {
        this.#entries.delete(oldest);
        break;
      }
    }
    this.#put(key, value);
  }

  values(): Iterable<V> {
    return this.#entries.values();
  }

  clear(): void {
    this.#entries.clear();
    this.#newest = undefined;
  }

  #put(key: K, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    this.#newest = key;
  }
}
