/** A map with a bounded number of entries, which drops the least recently used. */
export class Lru<K, V> {
  readonly #entries = new Map<K, V>();
  readonly #max: number;
  readonly #dropped: (value: V) => void;
  #newest: K | undefined;

  /**
   * @param max 1 or more
   * @param dropped called with each value that leaves the map
   */
  constructor(max: number, dropped: (value: V) => void = () => {}) {
    this.#max = max;
    this.#dropped = dropped;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: K): V | undefined {
    const value = this.#entries.get(key);
    // Nearly every request of a balancer without keys uses the same entry as the request before.
    if (value === undefined || key === this.#newest) return value;
    this.#put(key, value);
    return value;
  }

  set(key: K, value: V): void {
    const before = this.#entries.get(key);
    if (before !== undefined) this.#dropped(before);
    else if (this.#entries.size >= this.#max) {
      // A Map iterates in the order of insertion, which is the order of use here.
      for (const [oldest, dropped] of this.#entries) {
        this.#entries.delete(oldest);
        this.#dropped(dropped);
        break;
      }
    }
    this.#put(key, value);
  }

  /** Another map with copies of the values, in the same order of use. */
  copy(copyOf: (value: V) => V): Lru<K, V> {
    const copy = new Lru<K, V>(this.#max);
    for (const [key, value] of this.#entries) copy.#put(key, copyOf(value));
    return copy;
  }

  values(): Iterable<V> {
    return this.#entries.values();
  }

  clear(): void {
    for (const value of this.#entries.values()) this.#dropped(value);
    this.#entries.clear();
    this.#newest = undefined;
  }

  #put(key: K, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    this.#newest = key;
  }
}
