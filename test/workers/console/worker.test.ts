import { reset } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Operator } from '../../../shared/contracts/control.ts';
import { HEALTH_KEY, type HealthDocument, type OriginHealth } from '../../../shared/contracts/health.ts';
import type { Status } from '../../../shared/contracts/status.ts';
import { bodyOf } from '../../../shared/documents/body.ts';
import { bodyKey, CONFIG_KEY } from '../../../shared/model/config.ts';
import type { Env } from '../../../workers/console/env.ts';
import { configOf, pool } from './fixture.ts';
import { BINDINGS, LOCAL, visit } from './visit.ts';

const { KV } = BINDINGS;
const brokenHealth = JSON.stringify({
  version: 1,
  published_at: 1,
  heartbeat_ms: 1,
  origins: { 'p/a': { state: 'up', rtt_ms: {} } },
});
const { KV: _, ...WITHOUT_KV } = LOCAL;
const get = (path: string, bindings: Env = LOCAL) => visit(path, { bindings });

beforeEach(() => reset());

describe('the console', () => {
  it('returns the status, and the frame of the page, neither to be stored', async () => {
    await KV.put(CONFIG_KEY, JSON.stringify(configOf([pool('p', ['a'])])));
    const api = await get('/api/status');
    expect(api.status).toBe(200);
    expect(await api.json()).toMatchObject({ config: { version: 3 } });
    expect(api.headers.get('cache-control')).toBe('no-store');
    const index = await get('/');
    expect(index.headers.get('content-type')).toContain('text/html');
    expect(index.headers.get('cache-control')).toBe('no-store');
    const [, nonce] =
      /script-src 'nonce-([^']+)'/.exec(index.headers.get('content-security-policy') ?? '') ?? [];
    expect(await index.text()).toContain(`<script type="module" src="/app/app.js" nonce="${nonce}">`);
  });

  it('returns the status without SQL, and says which setting is missing', async () => {
    await KV.put(CONFIG_KEY, JSON.stringify(configOf([pool('p', ['a'])])));
    expect(await (await get('/api/status')).json()).toMatchObject({
      signals: null,
      signals_reason: 'set the variable ACCOUNT_ID (see wrangler.console.toml)',
    });
  });

  it.each([
    ['an empty object', '{}', 'holds no health document'],
    ['a list of origins', '{"version":1,"published_at":1,"heartbeat_ms":1,"origins":[]}', 'holds no health'],
    ['an origin without a time', brokenHealth, 'holds no health document'],
    ['half a document', '{"version": 1, "pub', 'holds no health document'],
    ['no document', null, 'has published nothing yet'],
  ])('shows the status without health, and why, when KV holds %s', async (_, health, words) => {
    await KV.put(CONFIG_KEY, JSON.stringify(configOf([pool('p', ['a'])])));
    if (health !== null) await KV.put(HEALTH_KEY, health);
    const api = await get('/api/status');
    expect(api.status).toBe(200);
    const status = await api.json<Status>();
    expect(status).toMatchObject({ config: { version: 3 }, health: null });
    expect(status.health_reason).toContain(words);
    expect(status.balancers[0]?.pools[0]?.origins[0]).toMatchObject({ id: 'p/a', state: 'unknown' });
  });

  it('shows a configuration that is published as head and body', async () => {
    const { config, ...head } = configOf([pool('p', ['a'])]);
    await KV.put(bodyKey(head.hash), bodyOf(config));
    await KV.put(CONFIG_KEY, JSON.stringify({ ...head, format: 2, size_bytes: 1 }));
    expect(await (await get('/api/status')).json()).toMatchObject({
      config: { version: 3 },
      balancers: [{ pools: [{ id: 'p' }] }],
    });
  });

  describe('takes health from', () => {
    const up: OriginHealth = { state: 'up', since: 1, rtt_ms: { default: 7 } };
    const operator = (health: Operator['health'], told: Partial<Operator> = {}): Operator => ({
      heads: async () => ({}),
      body: async () => undefined,
      announce: async () => true,
      health,
      ...told,
    });
    const shown = async (bindings: Env) => {
      const status = await (await get('/api/status', bindings)).json<Status>();
      return { version: status.health?.version, origin: status.balancers[0]?.pools[0]?.origins[0] };
    };

    beforeEach(async () => {
      await KV.put(CONFIG_KEY, JSON.stringify(configOf([pool('p', ['a'])])));
      const published_at = Date.now();
      const said: HealthDocument = { version: 5, published_at, heartbeat_ms: 1e9, others: 'up', origins: {} };
      await KV.put(HEALTH_KEY, JSON.stringify(said));
    });
    afterEach(() => vi.restoreAllMocks());

    it('the coordinator, with round-trip times', async () => {
      const health = async () => ({
        ...{ version: 6, published_at: Date.now(), heartbeat_ms: 1e9 },
        origins: { 'p/a': up },
      });
      const seen = await shown({ ...LOCAL, OPERATOR: operator(health) });
      expect(seen).toMatchObject({ version: 6, origin: { state: 'up', rtt_ms: { default: 7 } } });
    });

    it.each([
      ['fails', () => Promise.reject(new Error('no'))],
      ['has judged nothing yet', async () => undefined],
      ['answers with rubbish', async () => ({}) as HealthDocument],
    ])('KV if the coordinator %s, and origins that are not listed there are up', async (_, health) => {
      vi.spyOn(console, 'error').mockImplementation(() => {});
      const seen = await shown({ ...LOCAL, OPERATOR: operator(health) });
      expect(seen).toMatchObject({ version: 5, origin: { id: 'p/a', state: 'up', since: null } });
    });
  });

  it('shows a configuration that the coordinator was told of before KV shows it', async () => {
    await KV.put(CONFIG_KEY, JSON.stringify(configOf([pool('p', ['a'])])));
    const { config, ...head } = { ...configOf([pool('p', ['b'])]), version: 4 };
    const OPERATOR: Operator = {
      heads: async () => ({ config: { ...head, format: 2, size_bytes: 1 } }),
      body: async () => bodyOf(config),
      announce: async () => true,
      health: async () => undefined,
    };
    const shown = async () => (await get('/api/status', { ...LOCAL, OPERATOR })).json();
    expect(await shown()).toMatchObject({
      config: { version: 4 },
      balancers: [{ pools: [{ origins: [{ id: 'p/b' }] }] }],
    });
    await KV.put(CONFIG_KEY, JSON.stringify({ ...configOf([pool('p', ['a'])]), version: 5 }));
    expect(await shown()).toMatchObject({
      config: { version: 5 },
      balancers: [{ pools: [{ origins: [{ id: 'p/a' }] }] }],
    });
  });

  it('answers 503 if the configuration cannot be read', async () => {
    await KV.put(CONFIG_KEY, JSON.stringify({ ...configOf([]), format: 2 }));
    const api = await get('/api/status');
    expect(api.status).toBe(503);
    expect((await api.json<{ error: string }>()).error).toContain('"config" holds no configuration');
  });

  it.each([
    ['is not bound', WITHOUT_KV, 'KV is not bound'],
    ['holds no configuration', LOCAL, 'No configuration is published'],
    [
      'fails',
      {
        ...LOCAL,
        KV: { get: () => Promise.reject(new Error('secret internals')) } as unknown as KVNamespace,
      },
      'KV does not answer',
    ],
  ])('says what is wrong when KV %s, in words that show no internals', async (_, bindings, words) => {
    const api = await get('/api/status', bindings);
    expect(api.status).toBe(503);
    const { error } = await api.json<{ error: string }>();
    expect(error).toContain(words);
    expect(error).not.toContain('secret internals');
  });

  it('signs a person in on the page, and says nothing else there', async () => {
    const index = await visit('/', { token: null });
    expect(index.status).toBe(401);
    const text = await index.text();
    expect(text).toContain('type="password"');
    const [, nonce] =
      /script-src 'nonce-([^']+)'/.exec(index.headers.get('content-security-policy') ?? '') ?? [];
    expect(text).toContain(`<script nonce="${nonce}">`);
  });

  it.each(['/nothing', '/api', '/client/v4', '/client/v4/accounts/'])(
    'tells nobody without a token whether %s exists',
    async (path) => {
      expect((await visit(path, { token: null })).status).toBe(401);
      expect((await visit(path, { bindings: { ...BINDINGS } })).status).toBe(403);
    },
  );

  it('answers 404 for an unknown path, in the form of its API', async () => {
    expect(await (await get('/api/nothing')).json()).toMatchObject({ error: 'No route for that URI' });
    const cloudflare = await get('/client/v4/nothing');
    expect(cloudflare.status).toBe(404);
    expect(await cloudflare.json()).toMatchObject({
      success: false,
      errors: [{ code: 7_000 }],
      result: null,
    });
  });

  it('answers 405 with the methods of a path', async () => {
    const posted = await visit('/api/status', { method: 'POST', body: {} });
    expect(posted.status).toBe(405);
    expect(posted.headers.get('allow')).toBe('GET');
  });

  it('answers HEAD as GET, without a body', async () => {
    expect((await visit('/api/config', { method: 'HEAD' })).headers.get('etag')).toBe('"0"');
  });
});
