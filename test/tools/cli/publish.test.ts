import { describe, expect, it } from 'vitest';
import { withState } from '../../../shared/authoring/operator_state.ts';
import type { Config, ConfigDocument } from '../../../shared/model/config.ts';
import { changePublished } from '../../../tools/cli/change_published.ts';
import type { KvStore } from '../../../tools/cli/kv_store.ts';
import { publishConfig } from '../../../tools/cli/publish_config.ts';
import { fileWith } from '../project/temporary_files.ts';
import { lb } from './lb_process.ts';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
const EMPTY: Config = { balancers: [], pools: {}, monitors: {} };
const pool = { id: 'p', enabled: true, origins: [], minimum_origins: 1, origin_policy: 'random' } as const;
const OTHER: Config = { ...EMPTY, pools: { p: { ...pool, origins: [] } } };

/** A store in memory that counts writes. */
function memory(content?: string) {
  const store = { content, writes: 0 };
  const kv: KvStore = {
    settle_ms: 0,
    get: async () => store.content,
    put: async (_key, value) => {
      store.content = value;
      store.writes++;
    },
  };
  return { kv, store };
}

describe('publishConfig', () => {
  it('begins with version 1 and continues from the published version', async () => {
    const { kv, store } = memory();
    const first = await publishConfig(kv, EMPTY, NOW);
    expect(first).toMatchObject({ changed: true, document: { format: 1, version: 1, config: EMPTY } });
    expect(first.document.published_at).toBe('2026-01-02T03:04:05.000Z');
    expect((await publishConfig(kv, OTHER, NOW)).document.version).toBe(2);
    expect(JSON.parse(store.content ?? '')).toMatchObject({ version: 2, config: OTHER });
  });

  it('writes nothing if the same content is published', async () => {
    const { kv, store } = memory();
    await publishConfig(kv, OTHER, NOW);
    const again = await publishConfig(kv, structuredClone(OTHER), NOW + 1_000);
    expect(again).toMatchObject({ changed: false, document: { version: 1 } });
    expect(again.document.published_at).toBe('2026-01-02T03:04:05.000Z');
    expect(store.writes).toBe(1);
  });

  it.each(['not JSON', 'null', '[]', '{"format":2,"version":1}', '{"format":1}'])(
    'does not overwrite %s, which is not a configuration document',
    async (content) => {
      const { kv, store } = memory(content);
      await expect(publishConfig(kv, EMPTY, NOW)).rejects.toThrow('nothing was published');
      expect(store).toEqual({ content, writes: 0 });
    },
  );
});

describe('publishConfig beside another writer', () => {
  const drained = (before: Config) => withState(before, 'p', 'drain') ?? before;

  it('refuses if a drain came between its read and its write, and keeps the drain', async () => {
    const { kv, store } = memory();
    await publishConfig(kv, OTHER, NOW);
    let reads = 0;
    const racing: KvStore = {
      ...kv,
      get: async (key) => {
        if (++reads === 2) await changePublished(kv, drained, NOW);
        return kv.get(key);
      },
    };
    await expect(publishConfig(racing, EMPTY, NOW)).rejects.toThrow(
      'version 1 became version 2 meanwhile, so nothing was changed; look at what was published',
    );
    const published = JSON.parse(store.content ?? '') as ConfigDocument;
    expect(published).toMatchObject({ version: 2, config: { pools: { p: { state: 'drain' } } } });
  });

  it('refuses a first publication if somebody else made one meanwhile', async () => {
    const { kv, store } = memory();
    const contents = [undefined, JSON.stringify((await publishConfig(kv, OTHER, NOW)).document)];
    const racing: KvStore = { ...kv, get: async () => contents.shift() };
    await expect(publishConfig(racing, EMPTY, NOW)).rejects.toThrow('an empty KV became version 1 meanwhile');
    expect(store.writes).toBe(1);
  });

  it('reports a change that another write at the same moment overwrote', async () => {
    const { kv, store } = memory();
    await publishConfig(kv, OTHER, NOW);
    const late: KvStore = {
      ...kv,
      put: async (key, value) => {
        await kv.put(key, value);
        await kv.put(key, JSON.stringify({ ...JSON.parse(store.content ?? ''), hash: 'of another' }));
      },
    };
    await expect(changePublished(late, drained, NOW)).rejects.toThrow('this change is lost');
  });

  it('reports no loss for a later version or an old copy of KV', async () => {
    const { kv, store } = memory();
    await publishConfig(kv, OTHER, NOW);
    const before = store.content;
    for (const after of [{ version: 9, hash: 'later' }, undefined]) {
      let written = false;
      const reading: KvStore = {
        settle_ms: 0,
        get: async () =>
          !written ? before : after === undefined ? before : JSON.stringify({ format: 1, ...after }),
        put: async () => {
          written = true;
        },
      };
      expect(await publishConfig(reading, EMPTY, NOW)).toMatchObject({ changed: true });
    }
  });
});

describe('lb publish', () => {
  it('refuses an invalid file before it touches KV', async () => {
    const file = fileWith('{ "load_balancers": [], "pools": {} }');
    const { code, stdout, stderr } = await lb(['publish', '--local', file]);
    expect(stdout).toBe('');
    expect(stderr).toContain(`${file}:1:25  pools  error  got {}; allowed: a list of pools`);
    expect(stderr).toContain(
      `lb: ${file} was not published: 1 error, 1 warning; the published version stays, fix the errors and publish again\n`,
    );
    expect(code).toBe(1);
  });
});
