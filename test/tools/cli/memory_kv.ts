import { CONFIG_KEY, type ConfigDocument, type ConfigHead } from '../../../shared/model/config.ts';
import type { KvStore, OpenKvStore } from '../../../tools/cli/kv_store.ts';
import { readPublished } from '../../../tools/cli/published.ts';

/** A KV namespace in memory. */
export interface MemoryKv extends OpenKvStore {
  values: Map<string, string>;
  /** The keys that were written, in order. */
  written: string[];
  /** The published head. Fails if there is none. */
  head(): ConfigHead;
  /** The published configuration. Fails if there is none. */
  document(): Promise<ConfigDocument>;
}

/** @param config the value of the key `config` */
export function memoryKv(config?: string): MemoryKv {
  const values = new Map<string, string>(config === undefined ? [] : [[CONFIG_KEY, config]]);
  const written: string[] = [];
  const kv: MemoryKv = {
    values,
    written,
    settle_ms: 0,
    get: async (key) => values.get(key),
    put: async (key, value) => {
      values.set(key, value);
      written.push(key);
    },
    head: () => JSON.parse(values.get(CONFIG_KEY) ?? '') as ConfigHead,
    document: async () => {
      const document = await readPublished(kv);
      if (document === undefined) throw new Error('nothing is published');
      return document;
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
  return kv;
}

/** A store with an action before its n-th read of the head, such as a publication of somebody else. */
export function beforeRead(kv: KvStore, n: number, action: () => Promise<unknown>): KvStore {
  let reads = 0;
  return {
    ...kv,
    get: async (key) => {
      if (key === CONFIG_KEY && ++reads === n) await action();
      return kv.get(key);
    },
  };
}
