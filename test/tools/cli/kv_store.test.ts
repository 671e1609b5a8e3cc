import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { openKvStore } from '../../../tools/cli/kv_store.ts';
import { DEFAULT_LOCAL_FACTS } from '../../../tools/cli/target.ts';
import { fileWith, lb, newFolder } from './lb_process.ts';

const CONFIG = `{
  "load_balancers": [{ "name": "*", "default_pools": ["p"] }],
  "pools": [{ "name": "p", "origins": [{ "name": "o", "address": "o.example.com" }] }]
}`;

describe('openKvStore, locally', () => {
  it('reads what it wrote, large values too, and nothing from an empty one', {
    timeout: 60_000,
  }, async () => {
    const local = { ...DEFAULT_LOCAL_FACTS, state_dir: newFolder() };
    const store = await openKvStore({ kind: 'local', local });
    expect(await store.get('config')).toBeUndefined();
    const large = JSON.stringify({ é: 'x'.repeat(300_000) });
    await store.put('config', large);
    expect(await store.get('config')).toBe(large);
  });
});

describe('lb publish, to production', () => {
  it('writes version 1 to the namespace, then finds nothing to change', { timeout: 60_000 }, async () => {
    await using api = await startApi([{ id: 'ns1', title: 'plimsoll' }]);
    const file = fileWith(CONFIG);
    const first = await lb(['publish', file], api.env);
    expect(first.stdout).toMatch(/^published .* to production: version 1, hash [0-9a-f]{12}\n$/);
    expect(JSON.parse(api.values.get('/namespaces/ns1/values/config') ?? '')).toMatchObject({ version: 1 });
    const second = await lb(['publish', file], api.env);
    expect(second.stdout).toMatch(/^nothing changed: production has version 1 /);
    expect(api.calls.filter((call) => call.startsWith('PUT'))).toHaveLength(1);
  });

  it('says what to do when there is no namespace yet', { timeout: 60_000 }, async () => {
    await using api = await startApi([]);
    const { code, stderr } = await lb(['publish', fileWith(CONFIG)], api.env);
    expect(stderr).toContain('lb: there is no KV namespace yet; `npm run deploy` makes it\n');
    expect(code).toBe(1);
  });

  it('writes nothing when KV cannot be read, for the next version would be a guess', {
    timeout: 60_000,
  }, async () => {
    await using api = await startApi([{ id: 'ns1', title: 'plimsoll' }], { failing: true });
    const { code, stderr } = await lb(['publish', fileWith(CONFIG)], api.env);
    expect(stderr).toContain('lb: cannot read config from KV; wrangler says:');
    expect(api.calls.filter((call) => call.startsWith('PUT'))).toEqual([]);
    expect(code).toBe(1);
  });
});

/** Cloudflare's API as far as KV goes. */
async function startApi(namespaces: object[], { failing = false } = {}) {
  const values = new Map<string, string>();
  const calls: string[] = [];
  const server = createServer(async (request, response) => {
    const path = (request.url ?? '').replace(/^.*\/storage\/kv/, '').replace(/\?.*/, '');
    calls.push(`${request.method} ${path}`);
    const envelope = (result: unknown) => {
      // Without this type wrangler takes a list for empty.
      response.setHeader('content-type', 'application/json');
      return JSON.stringify({ success: true, errors: [], messages: [], result });
    };
    // It asks for pages until one is empty.
    const page = Number(new URL(request.url ?? '', 'http://api').searchParams.get('page') ?? 1);
    if (path === '/namespaces') return response.end(envelope(page === 1 ? namespaces : []));
    if (failing) return response.writeHead(503).end();
    if (request.method === 'PUT') {
      values.set(path, await text(request));
      return response.end(envelope(null));
    }
    const value = values.get(path);
    return value === undefined ? response.writeHead(404).end() : response.end(value);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    values,
    calls,
    env: {
      CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/client/v4`,
      CLOUDFLARE_API_TOKEN: 'stand-in',
      CLOUDFLARE_ACCOUNT_ID: '0123456789abcdef0123456789abcdef',
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
