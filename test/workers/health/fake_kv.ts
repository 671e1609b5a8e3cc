/** A Durable Object's synchronous storage, in memory. Like the real one, it copies values. */
export function fakeKv(values = new Map<string, unknown>()): SyncKvStorage {
  return {
    get: (key: string) => structuredClone(values.get(key)),
    put: (key: string, value: unknown) => void values.set(key, structuredClone(value)),
    delete: (key: string) => values.delete(key),
    list: ({ prefix = '' }: SyncKvListOptions = {}) =>
      [...values]
        .filter(([key]) => key.startsWith(prefix))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, value]) => [key, structuredClone(value)]),
  } as unknown as SyncKvStorage;
}
