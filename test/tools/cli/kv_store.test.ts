import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { configSourceKey } from '../../../shared/contracts/history.ts';
import { bodyKey, CONFIG_KEY, type ConfigHead } from '../../../shared/model/config.ts';
import { openKvStore } from '../../../tools/cli/open_kv_store.ts';
import { restKv } from '../../../tools/cli/rest_kv.ts';
import { wranglerKv } from '../../../tools/cli/wrangler_kv.ts';
import { DEFAULT_LOCAL_FACTS } from '../../../tools/project/environment.ts';
import { runWrangler } from '../../../tools/project/wrangler.ts';
import { fileWith, newFolder } from '../project/temporary_files.ts';
import { startApi } from './kv_api.ts';
import { lb } from './lb_process.ts';

const CONFIG = `{
  "load_balancers": [{ "name": "*", "default_pools": ["p"] }],
  "pools": [{ "name": "p", "origins": [{ "name": "o", "address": "o.example.com" }] }]
}`;
const NAMESPACE = { id: 'ns1', title: 'plimsoll' };

describe('openKvStore, locally', () => {
  it('reads what another process wrote, even a large value, and writes again once files are unlocked', async () => {
    const local = { ...DEFAULT_LOCAL_FACTS, state_dir: newFolder() };
    const large = JSON.stringify({ é: 'x'.repeat(300_000) });
    {
      await using store = await openKvStore({ kind: 'local', local });
      expect(await store.get('config')).toBeUndefined();
      await store.put('config', large);
    }
    await using store = await openKvStore({ kind: 'local', local });
    expect(await store.get('config')).toBe(large);

    const folder = join(local.state_dir, 'v3', 'kv', 'miniflare-KVNamespaceObject');
    const [file = ''] = readdirSync(folder).filter((name) => /^[0-9a-f]+\.sqlite$/.test(name));
    const other = new DatabaseSync(join(folder, file));
    other.exec('BEGIN IMMEDIATE');
    let written = false;
    const writing = store.put('config', 'small').then(() => {
      written = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(written).toBe(false);
    other.exec('COMMIT');
    other.close();
    await writing;
    expect(await store.get('config')).toBe('small');
  });

  it('starts nothing to read a store that does not exist', async () => {
    const local = { ...DEFAULT_LOCAL_FACTS, state_dir: join(newFolder(), 'none') };
    await using store = await openKvStore({ kind: 'local', local });
    expect(await store.get('config')).toBeUndefined();
  });
});

describe('lb publish --direct, to production', () => {
  it('writes version 1 to the namespace, then finds nothing to change', async () => {
    await using api = await startApi([NAMESPACE]);
    const file = fileWith(CONFIG);
    const first = await lb(['publish', '--direct', file], api.env);
    expect(first.stdout).toMatch(/^published .* to KV of production: version 1, hash [0-9a-f]{12}\n$/);
    expect(first.stderr).toContain(
      'note: gateways follow within about a minute. The history does not know this version, and publishes nothing, until `lb config adopt`\n',
    );
    const head = JSON.parse((await api.kv.get(CONFIG_KEY)) ?? '') as ConfigHead;
    expect(head).toMatchObject({ format: 2, version: 1 });
    expect(await api.kv.get(bodyKey(head.hash))).toContain('"o.example.com"');
    expect(await api.kv.get(configSourceKey(head.hash))).toBe(CONFIG);
    const second = await lb(['publish', '--direct', file], api.env);
    expect(second.stdout).toMatch(
      /^nothing changed: KV of production has had the same content since .*, as version 1\n/,
    );
    expect(api.calls.filter((call) => call.startsWith('PUT'))).toHaveLength(3);
  });

  it('says what to do if there is no namespace yet', async () => {
    await using api = await startApi([]);
    const { code, stderr } = await lb(['publish', '--direct', fileWith(CONFIG)], api.env);
    expect(stderr).toContain('lb: there is no KV namespace yet; create it with `npm run deploy`\n');
    expect(code).toBe(1);
  });

  it('writes nothing if KV cannot be read, because the next version would be a guess', async () => {
    await using api = await startApi([NAMESPACE], { failing: true });
    const { code, stderr } = await lb(['publish', '--direct', fileWith(CONFIG)], api.env);
    expect(stderr).toContain("lb: cannot read config from KV: Cloudflare's API answers 503");
    expect(api.calls.filter((call) => call.startsWith('PUT'))).toEqual([]);
    expect(code).toBe(3);
  });
});

describe('restKv', () => {
  const access = { base_url: 'https://api.example.com/client/v4', token: 'secret', account: 'a1' };

  /** An API that gives one answer to everything but the list of namespaces. */
  async function answering(answer: () => Response | Promise<Response>) {
    const sent: Request[] = [];
    const store = await restKv(access, async (url, init) => {
      const request = new Request(url, init);
      sent.push(request);
      return request.url.endsWith('?per_page=1000') ? Response.json({ result: [NAMESPACE] }) : answer();
    });
    if (store === undefined) throw new Error('there is no namespace');
    return { store, sent };
  }

  it('names the key in one segment of the path, and sends the token', async () => {
    const { store, sent } = await answering(() => new Response('{"success":true}'));
    await store.put('config/abc', 'the body');
    const [, put] = sent;
    expect(put?.method).toBe('PUT');
    expect(put?.url).toBe(
      'https://api.example.com/client/v4/accounts/a1/storage/kv/namespaces/ns1/values/config%2Fabc',
    );
    expect(put?.headers.get('authorization')).toBe('Bearer secret');
    expect(await put?.text()).toBe('the body');
  });

  it('finds nothing under a missing key', async () => {
    const { store } = await answering(() => new Response('{"success":false}', { status: 404 }));
    expect(await store.get('config')).toBeUndefined();
  });

  it('says which permission the token needs, and never what the token is', async () => {
    const { store } = await answering(() =>
      Response.json({ errors: [{ message: 'Authentication error' }] }, { status: 403 }),
    );
    const refused = store.put('config', '{}');
    await expect(refused).rejects.toThrow(
      "cannot write config to KV: Cloudflare's API answers 403 Authentication error; " +
        'give CLOUDFLARE_API_TOKEN the permission Workers KV Storage: Edit',
    );
    await expect(refused).rejects.not.toThrow('secret');
  });

  it('says so if the API does not answer', async () => {
    const { store } = await answering(() => Promise.reject(new TypeError('fetch failed')));
    await expect(store.get('config')).rejects.toThrow("Cloudflare's API does not answer");
  });
});

describe('wranglerKv', () => {
  it('finds nothing under a missing key, and reads what it wrote, with the real wrangler', async () => {
    await using api = await startApi([NAMESPACE]);
    const store = await wranglerKv((args) => runWrangler(args, { env: api.env }));
    expect(await store?.get('config/abc')).toBeUndefined();
    await store?.put('config/abc', 'the body');
    expect(await store?.get('config/abc')).toBe('the body');
    expect(await api.kv.get('config/abc')).toBe('the body');
  });

  it('says why it cannot read', async () => {
    const store = await wranglerKv(async (args) =>
      args.includes('list')
        ? { code: 0, stdout: JSON.stringify([NAMESPACE]), stderr: '' }
        : { code: 1, stdout: '', stderr: 'GET /… - 503: Unavailable' },
    );
    await expect(store?.get('config')).rejects.toThrow(
      'cannot read config from KV; wrangler says:\nGET /… - 503: Unavailable',
    );
  });
});
