import { describe, expect, it } from 'vitest';
import { toDocument } from '../../../shared/authoring/document.ts';
import { withState } from '../../../shared/authoring/operator_state.ts';
import { configSourceKey } from '../../../shared/contracts/history.ts';
import { bodyKey, CONFIG_KEY, type Config } from '../../../shared/model/config.ts';
import type { KvStore } from '../../../tools/cli/kv_store.ts';
import { publishConfig } from '../../../tools/cli/publish_config.ts';
import { beforeRead, memoryKv } from './memory_kv.ts';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
const EMPTY: Config = { balancers: [], pools: {}, monitors: {} };
const pool = { id: 'p', enabled: true, origins: [], minimum_origins: 1, origin_policy: 'random' } as const;
const OTHER: Config = { ...EMPTY, pools: { p: { ...pool, origins: [] } } };

const drained = (before: Config) => withState(before, 'p', 'drain') ?? before;

describe('publishConfig', () => {
  it('begins with version 1 and continues from the published version', async () => {
    const kv = memoryKv();
    const first = await publishConfig(kv, EMPTY, NOW);
    expect(first).toMatchObject({ changed: true, document: { format: 1, version: 1, config: EMPTY } });
    expect(first.document.published_at).toBe('2026-01-02T03:04:05.000Z');
    expect((await publishConfig(kv, OTHER, NOW)).document.version).toBe(2);
    expect(await kv.document()).toMatchObject({ version: 2, config: OTHER });
  });

  it('writes the body before the head that names it, so that no reader finds a head without a body', async () => {
    const kv = memoryKv();
    const { hash } = (await publishConfig(kv, OTHER, NOW)).document;
    expect(kv.written).toEqual([bodyKey(hash), CONFIG_KEY]);
    const size_bytes = kv.values.get(bodyKey(hash))?.length;
    const published_at = '2026-01-02T03:04:05.000Z';
    expect(kv.head()).toEqual({ format: 2, version: 1, hash, published_at, size_bytes });
  });

  it('writes nothing if the same content is published', async () => {
    const kv = memoryKv();
    await publishConfig(kv, OTHER, NOW);
    const again = await publishConfig(kv, structuredClone(OTHER), NOW + 1_000);
    expect(again).toMatchObject({ changed: false, document: { version: 1 } });
    expect(again.document.published_at).toBe('2026-01-02T03:04:05.000Z');
    expect(kv.written).toHaveLength(2);
  });

  it('follows a whole document of an older version, and writes nothing if its content is the same', async () => {
    const kv = memoryKv(JSON.stringify(await toDocument(OTHER, 7, '2026-01-01T00:00:00.000Z')));
    expect(await publishConfig(kv, OTHER, NOW)).toMatchObject({ changed: false, document: { version: 7 } });
    expect(kv.written).toEqual([]);
    await publishConfig(kv, EMPTY, NOW);
    expect(kv.head()).toMatchObject({ format: 2, version: 8 });
    expect(await kv.document()).toMatchObject({ version: 8, config: EMPTY });
  });

  it.each(['not JSON', 'null', '[]', '{"format":2,"version":1}', '{"format":1}'])(
    'does not overwrite %s, which is not a configuration document',
    async (content) => {
      const kv = memoryKv(content);
      await expect(publishConfig(kv, EMPTY, NOW)).rejects.toThrow('is not a configuration document');
      expect(kv.written).toEqual([]);
    },
  );

  it.each([
    ['missing', undefined, 'try again in a minute'],
    ['cut short', '{"format":2,"counts":{"pools":1},"rest":{}}', 'a configuration body is cut short'],
  ])('publishes nothing after a version whose body is %s, and says what to do', async (_, body, words) => {
    const kv = memoryKv();
    const { hash } = (await publishConfig(kv, OTHER, NOW)).document;
    kv.values.delete(bodyKey(hash));
    if (body !== undefined) kv.values.set(bodyKey(hash), body);
    await expect(publishConfig(kv, EMPTY, NOW)).rejects.toThrow(words);
    expect(kv.head().version).toBe(1);
  });
});

describe('publishConfig of a source text', () => {
  it('stores the text under the hash of the configuration before the head, so that it can be adopted', async () => {
    const kv = memoryKv();
    const { hash } = (await publishConfig(kv, OTHER, NOW, '{ /* as written */ }')).document;
    expect(kv.written).toEqual([bodyKey(hash), configSourceKey(hash), CONFIG_KEY]);
    expect(kv.values.get(configSourceKey(hash))).toBe('{ /* as written */ }');
  });
});

describe('publishConfig beside another writer', () => {
  it('refuses if a drain came between its read and its write, and keeps the drain', async () => {
    const kv = memoryKv();
    await publishConfig(kv, OTHER, NOW);
    const racing = beforeRead(kv, 2, () => publishConfig(kv, drained(OTHER), NOW));
    await expect(publishConfig(racing, EMPTY, NOW)).rejects.toThrow(
      'version 1 became version 2 meanwhile, so nothing was changed; look at what was published',
    );
    expect(await kv.document()).toMatchObject({ version: 2, config: { pools: { p: { state: 'drain' } } } });
  });

  it('refuses a first publication if somebody else made one meanwhile', async () => {
    const kv = memoryKv();
    const racing = beforeRead(kv, 2, () => publishConfig(kv, OTHER, NOW));
    await expect(publishConfig(racing, EMPTY, NOW)).rejects.toThrow('an empty KV became version 1 meanwhile');
    expect((await kv.document()).config).toEqual(OTHER);
  });

  it('reports a change that another write at the same moment overwrote', async () => {
    const kv = memoryKv();
    await publishConfig(kv, OTHER, NOW);
    const late: KvStore = {
      ...kv,
      put: async (key, value) => {
        await kv.put(key, value);
        if (key === CONFIG_KEY) await kv.put(key, JSON.stringify({ ...kv.head(), hash: 'of another' }));
      },
    };
    await expect(publishConfig(late, drained(OTHER), NOW)).rejects.toThrow('this change is lost');
  });

  it.each([
    ['a later version', 9],
    ['an old copy of KV', 1],
  ])('reports no loss when it then reads %s', async (_, version) => {
    const kv = memoryKv();
    await publishConfig(kv, OTHER, NOW);
    const before = kv.head();
    const reading = beforeRead(kv, 3, () =>
      kv.put(CONFIG_KEY, JSON.stringify({ ...before, version, hash: 'of another' })),
    );
    expect(await publishConfig(reading, EMPTY, NOW)).toMatchObject({ changed: true });
  });
});

describe('publishConfig of a drain', () => {
  it('ends a drain that is not in the file, and reports it', async () => {
    const kv = memoryKv();
    await publishConfig(kv, drained(OTHER), NOW);
    const result = await publishConfig(kv, OTHER, NOW + 1_000);
    expect(result.states).toEqual([{ kind: 'pool', id: 'p', before: 'drain', after: 'ready' }]);
  });

  it('continues a drain that is also in the file, with the time at which it began', async () => {
    const kv = memoryKv();
    await publishConfig(kv, drained(OTHER), NOW);
    expect(await publishConfig(kv, drained(OTHER), NOW + 1_000)).toMatchObject({
      changed: false,
      states: [],
    });
    expect((await kv.document()).config.pools['p']?.draining_since).toBe(NOW);
  });
});
