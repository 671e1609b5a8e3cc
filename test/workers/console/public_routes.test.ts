import { reset } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HEALTH_KEY } from '../../../shared/contracts/health.ts';
import { CONFIG_KEY } from '../../../shared/model/config.ts';
import type { Env } from '../../../workers/console/env.ts';
import { KEPT_STATUS } from '../../../workers/console/public_routes.ts';
import type { PublicStatus } from '../../../workers/console/public_status.ts';
import { configOf, pool } from './fixture.ts';
import { BINDINGS, LOCAL, visit } from './visit.ts';

const { KV } = BINDINGS;
const PUBLIC: Env = { ...LOCAL, STATUS_PAGE: 'public' };
const PATHS = ['/status', '/status.json'];

/** A visit of somebody without a token. */
const stranger = (path: string, bindings = PUBLIC, headers = {}) =>
  visit(path, { token: null, bindings, headers });

beforeEach(async () => {
  await reset();
  KEPT_STATUS.clear();
  await KV.put(CONFIG_KEY, JSON.stringify(configOf([pool('p', ['a'])])));
  await KV.put(
    HEALTH_KEY,
    JSON.stringify({ version: 1, published_at: Date.now(), heartbeat_ms: 1e9, others: 'up', origins: {} }),
  );
});
afterEach(() => vi.restoreAllMocks());

describe('the public status page', () => {
  it.each(PATHS)('is an unknown path unless it is switched on: %s', async (path) => {
    for (const STATUS_PAGE of [undefined, '', 'true', 'Public']) {
      const bindings = { ...LOCAL, ...(STATUS_PAGE === undefined ? {} : { STATUS_PAGE }) };
      for (const token of [null, undefined]) {
        const options = { bindings, ...(token === null ? { token } : {}) };
        const [page, unknown] = [await visit(path, options), await visit('/nothing', options)];
        expect(page.status).toBe(token === null ? 401 : 404);
        expect([page.status, await page.text()]).toEqual([unknown.status, await unknown.text()]);
      }
    }
  });

  it('tells anybody how each load balancer is, as JSON', async () => {
    const answer = await stranger('/status.json');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=15');
    const { seen_at, load_balancers } = await answer.json<PublicStatus>();
    expect(Date.now() - Date.parse(seen_at)).toBeLessThan(10_000);
    expect(load_balancers).toEqual([
      { name: 'app.example.com/', state: 'operational', since: null, checked: true },
    ]);
  });

  it('is a page that may do nothing but show itself', async () => {
    const answer = await stranger('/status');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=15');
    expect(answer.headers.get('set-cookie')).toBeNull();
    const text = await answer.text();
    expect(text).toContain('operational');
    const style = /<style>([\s\S]*)<\/style>/.exec(text)?.[1] ?? '';
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(style));
    const hash = btoa(String.fromCharCode(...new Uint8Array(digest)));
    expect(answer.headers.get('content-security-policy')).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'`,
    );
  });

  it('reads KV once for many strangers, and asks no SQL', async () => {
    const reads = vi.spyOn(KV, 'get');
    const sent = vi.spyOn(globalThis, 'fetch');
    const bindings = { ...PUBLIC, KV, SQL_URL: 'http://127.0.0.1:1', ACCOUNT_ID: 'a'.repeat(32) };
    await stranger('/status', bindings);
    const once = reads.mock.calls.length;
    expect(once).toBeGreaterThan(0);
    for (let i = 0; i < 20; i++) await stranger(PATHS[i % 2] ?? '', bindings);
    expect(reads.mock.calls.length).toBe(once);
    expect(sent).not.toHaveBeenCalled();
  });

  it.each(PATHS)(
    'answers 503 if the sources fail, once for 15 seconds, without internals: %s',
    async (path) => {
      vi.spyOn(console, 'error').mockImplementation(() => {});
      const get = vi.fn(() => Promise.reject(new Error('secret internals')));
      const bindings = { ...PUBLIC, KV: { get } as unknown as KVNamespace };
      const first = await stranger(path, bindings);
      const asked = get.mock.calls.length;
      expect(first.status).toBe(503);
      expect(first.headers.get('retry-after')).toBe('15');
      expect(first.headers.get('cache-control')).toBe('no-store');
      expect(await first.text()).not.toContain('secret');
      expect((await stranger(path, bindings)).status).toBe(503);
      expect(get.mock.calls.length).toBe(asked);
    },
  );

  it('stays behind the guard: a foreign host of a local console, and a closed console, get 403', async () => {
    expect((await stranger('/status', PUBLIC, { host: 'evil.example' })).status).toBe(403);
    expect((await stranger('/status', { ...BINDINGS, STATUS_PAGE: 'public' })).status).toBe(403);
  });

  it('answers GET and HEAD alone, at exactly these paths', async () => {
    expect((await visit('/status', { token: null, bindings: PUBLIC, method: 'HEAD' })).status).toBe(200);
    for (const path of ['/status/', '/status.json/', '/status/x', '/Status'])
      expect((await stranger(path)).status).toBe(401);
    expect((await visit('/status', { token: null, bindings: PUBLIC, method: 'POST', body: {} })).status).toBe(
      401,
    );
  });
});
