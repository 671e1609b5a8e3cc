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
