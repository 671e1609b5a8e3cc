/** A map of any kind. */
interface Entries<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): unknown;
}

/** The value of a key, made and kept if there is none. (`getOrInsertComputed`, which Node 24 does not have.) */
export function getOrMake<K, V>(entries: Entries<K, V>, key: K, make: (key: K) => V): V {
  let value = entries.get(key);
  if (value === undefined) {
    value = make(key);
    entries.set(key, value);
  }
  return value;
}

/** Forgets the entries for which `holds` is false. */
export function retain<K, V>(entries: Map<K, V>, holds: (key: K, value: V) => boolean): void {
  for (const [key, value] of entries) if (!holds(key, value)) entries.delete(key);
}
