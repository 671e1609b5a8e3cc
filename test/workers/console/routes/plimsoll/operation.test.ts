import { reset } from 'cloudflare:test';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { HeadInfo } from '../../../../../shared/contracts/history.ts';
import { scriptKey, sourceKey } from '../../../../../shared/contracts/scripts.ts';
import { ADMIN as ADMIN_PRINCIPAL, someToken } from '../../access/fixture.ts';
import { twoPools } from '../../history/world.ts';
import { asked, BINDINGS, LOCAL } from '../../visit.ts';

beforeEach(() => reset());

const post = (path: string, body: unknown, token?: string) =>
  asked<Record<string, unknown>>(path, { method: 'POST', body, ...(token === undefined ? {} : { token }) });

async function tokenOf(scope: 'read' | 'operate'): Promise<string> {
  const { secret, token } = await someToken(scope, scope);
  const doer = { principal: ADMIN_PRINCIPAL, from: 'local', what: 'test' };
  await LOCAL.HISTORY.getByName('history').createToken(token, doer);
  return secret;
}

async function publishTwoPools(): Promise<void> {
  const { status } = await asked('/api/config', {
    ...{ method: 'PUT', body: { source: JSON.stringify(twoPools()) }, headers: { 'if-match': '*' } },
  });
  expect(status).toBe(200);
}

describe('states', () => {
  beforeEach(publishTwoPools);

  it('are set by operators, and the version says how', async () => {
    const token = await tokenOf('operate');
    const drained = await post(
      '/api/states',
      { changes: [{ target: 'eu', state: 'drain' }], comment: 'why' },
      token,
    );
    expect(drained).toMatchObject({
      status: 200,
      json: {
        version: { version: 2, way: 'drain', author: 'token operate', comment: 'why' },
        states: [{ kind: 'pool', id: 'eu', before: 'ready', after: 'drain' }],
      },
    });
    const weight = await post('/api/states', { changes: [{ target: 'us/us-1', weight: 0.5 }] }, token);
    expect(weight.json).toMatchObject({ version: { way: 'weight' } });
    const changes = [
      { target: 'eu', state: 'ready' },
      { target: 'us/us-1', weight: 1 },
    ];
    expect((await post('/api/states', { changes }, token)).json).toMatchObject({ version: { way: 'api' } });
  });

  it('are no business of readers, and strategies none of operators', async () => {
    const changes = [{ target: 'eu', state: 'drain' }];
    expect((await post('/api/states', { changes }, await tokenOf('read'))).status).toBe(403);
    const strategy = { changes: [...changes, { target: 'eu', policy: 'hash' }] };
    expect((await post('/api/states', strategy, await tokenOf('operate'))).status).toBe(403);
    expect((await asked<HeadInfo>('/api/config')).json.version?.version).toBe(1);
    expect((await post('/api/states', strategy)).json).toMatchObject({ changed: true });
  });

  it('need ?force=true to leave a load balancer with nothing usable', async () => {
    const body = {
      changes: [
        { target: 'eu', state: 'maintenance' },
        { target: 'us', state: 'maintenance' },
      ],
    };
    expect(await post('/api/states', body)).toMatchObject({
      status: 400,
      json: { errors: [{ code: 1_006 }] },
    });
    expect((await post('/api/states?force=true', body)).status).toBe(200);
  });

  it.each([
    [{}, '/changes'],
    [{ changes: [] }, '/changes'],
    [{ changes: [{ target: 3 }] }, '/changes/0/target'],
    [{ changes: [{ target: 'eu', state: 'asleep' }] }, '/changes/0/state'],
    [{ changes: [{ target: 'eu', weights: 1 }] }, '/changes/0/weights'],
    [{ changes: Array(1_001).fill({ target: 'eu' }) }, '/changes'],
  ])('are refused if the body is wrong', async (body, pointer) => {
    expect(await post('/api/states', body)).toMatchObject({
      status: 400,
      json: { errors: [{ source: { pointer } }] },
    });
  });
});

describe('a strategy script', () => {
  const put = (name: string, body: unknown) => asked(`/api/strategies/${name}`, { method: 'PUT', body });

  it('is stored in KV under its hash and its name', async () => {
    const source = 'export default { choose: () => [] };';
    const { status, json } = await put('mine', { source });
    expect({ status, json }).toMatchObject({ status: 200, json: { name: 'mine', changed: true } });
    const hash = String(json['hash']);
    expect(await BINDINGS.KV.get(sourceKey(hash))).toBe(source);
    expect(JSON.parse((await BINDINGS.KV.get(scriptKey('mine'))) ?? '')).toMatchObject({
      name: 'mine',
      hash,
    });
    expect((await put('mine', { source })).json).toEqual({ ...json, changed: false });
  });

  it('stands in the list of what can be used, and a broken value of KV does not', async () => {
    const { json } = await put('mine', { source: 'x' });
    await BINDINGS.KV.put(scriptKey('broken'), 'no script');
    const { hash, published_at } = json;
    const token = await tokenOf('read');
    expect((await asked('/api/strategies', { token })).json).toEqual({
      balancer_policies: expect.arrayContaining(['geo', 'random']),
      pool_policies: expect.arrayContaining(['round_robin', 'random']),
      scripts: [{ name: 'mine', hash, published_at }],
    });
  });

  it.each(['A', '-a', 'a.b', 'x'.repeat(33), 'a%2fb'])('has no name like %s', async (name) => {
    const { status, json } = await put(name, { source: 'x' });
    expect(status).toBe(400);
    expect(json['error']).toContain('name of a script');
  });

  it.each([{}, { source: '' }, { source: 3 }, { source: 'x', more: 1 }, [], null])(
    'is refused if the body is %j',
    async (body) => {
      expect((await put('mine', body)).status).toBe(400);
    },
  );

  it('needs the scope admin', async () => {
    const token = await tokenOf('operate');
    const body = { source: 'x' };
    expect((await asked('/api/strategies/mine', { method: 'PUT', body, token })).status).toBe(403);
    expect(await BINDINGS.KV.get(scriptKey('mine'))).toBeNull();
  });
});

describe('a probe', () => {
  it('with a configuration of the sender needs the scope admin, because it chooses any URL and header', async () => {
    const token = await tokenOf('operate');
    const body = { origin: 'p/a', config: {} };
    const { status, json } = await asked('/api/probe', { method: 'POST', body, token });
    expect(status).toBe(403);
    expect(json['error']).toContain('"admin"');
    expect((await asked('/api/probe', { method: 'POST', body: { origin: 'p/a' }, token })).status).not.toBe(
      403,
    );
  });
});

describe('SQL', () => {
  it('is 503 with the name of the setting that is missing', async () => {
    const { status, json } = await post('/api/sql', { query: 'SELECT 1' });
    expect(status).toBe(503);
    expect(json['error']).toContain('ACCOUNT_ID');
  });

  it('that production refuses is 400 with its place, and points to the query', async () => {
    const { status, json } = await post('/api/sql', { query: 'SELECT 1\nFROM a JOIN b' });
    expect(status).toBe(400);
    expect(json).toMatchObject({ errors: [{ code: 1_002, source: { pointer: '/query' } }] });
    expect(json['error']).toMatch(/^line 2, column 8: /);
  });

  it.each([
    ['does not answer', 503, async () => Promise.reject(new TypeError('no route to 10.0.0.7'))],
    ['fails', 503, async () => new Response('database at 10.0.0.7 is gone', { status: 500 })],
    ['refuses the query', 400, async () => new Response('unknown column', { status: 422 })],
    ['answers no JSON', 400, async () => new Response('a\tb')],
    ['answers no rows', 400, async () => new Response('{"a": 1}')],
  ])('is no internal error when the SQL API %s', async (_, status, answer) => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    vi.spyOn(globalThis, 'fetch').mockImplementation(answer);
    const bindings = { ...LOCAL, ACCOUNT_ID: 'a' };
    const given = await asked<{ error: string }>('/api/sql', {
      method: 'POST',
      body: { query: 'SELECT 1' },
      bindings,
    });
    expect(given.status).toBe(status);
    expect(given.json.error).toContain('SQL API');
    expect(given.json.error).not.toContain('10.0.0.7');
    vi.restoreAllMocks();
  });

  it.each([{}, { query: '' }, { query: 3 }, { query: 'x'.repeat(100_001) }, null, 'SELECT 1'])(
    'is refused if the body has no query',
    async (body) => {
      expect((await post('/api/sql', body)).status).toBe(400);
    },
  );
});
