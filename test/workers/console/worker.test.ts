import { reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { CONFIG_KEY } from '../../../shared/config/config.ts';
import type { ConsoleEnv } from '../../../workers/console/env.ts';
import console_ from '../../../workers/console/worker.ts';
import { configOf, pool } from './fixture.ts';

const KV = (env as unknown as { KV: KVNamespace }).KV;
const local: ConsoleEnv = { KV, LOCAL: 'true' };

function get(path: string, bindings: ConsoleEnv = local): Promise<Response> {
  return console_.fetch(new Request(`http://localhost:8788${path}`), bindings);
}

beforeEach(() => reset());

describe('the console', () => {
  it('answers with the status as JSON and as a page, which nobody may store', async () => {
    await KV.put(CONFIG_KEY, JSON.stringify(configOf([pool('p', ['a'])])));
    const api = await get('/api/status');
    expect(api.status).toBe(200);
    expect(await api.json()).toMatchObject({ config: { version: 3 } });
    expect(api.headers.get('cache-control')).toBe('no-store');
    const index = await get('/');
    expect(index.headers.get('content-type')).toContain('text/html');
    expect(await index.text()).toContain('https://a.example.com');
  });

  it('knows the status without SQL, and says what is missing', async () => {
    await KV.put(CONFIG_KEY, JSON.stringify(configOf([pool('p', ['a'])])));
    expect(await (await get('/api/status')).json()).toMatchObject({
      signals: null,
      signals_reason: 'not set up: the variable ACCOUNT_ID of wrangler.console.toml',
    });
  });

  it.each([
    ['is not bound', { LOCAL: 'true' }, 'KV is not bound'],
    ['holds no configuration', local, 'No configuration is published'],
    [
      'fails',
      {
        LOCAL: 'true',
        KV: { get: () => Promise.reject(new Error('secret internals')) } as unknown as KVNamespace,
      },
      'KV does not answer',
    ],
  ])('says what is wrong when KV %s, on the API and on the page', async (_, bindings, words) => {
    const api = await get('/api/status', bindings);
    expect(api.status).toBe(503);
    const { error } = await api.json<{ error: string }>();
    expect(error).toContain(words);
    expect(error).not.toContain('secret internals');
    const index = await get('/', bindings);
    expect(index.status).toBe(503);
    expect(await index.text()).toContain(words);
  });

  it('names nothing to someone without the token, on any path', async () => {
    for (const path of ['/', '/api/status', '/nothing']) {
      expect((await get(path, { KV })).status).toBe(403);
      expect((await get(path, { KV, CONSOLE_TOKEN: 'sesame' })).status).toBe(401);
    }
  });

  it('answers 404 in JSON for any other path and method', async () => {
    expect((await get('/nothing')).status).toBe(404);
    const posted = await console_.fetch(
      new Request('http://localhost/api/status', { method: 'POST' }),
      local,
    );
    expect(posted.status).toBe(404);
    expect(await posted.json()).toEqual({ error: 'Not Found' });
  });
});
