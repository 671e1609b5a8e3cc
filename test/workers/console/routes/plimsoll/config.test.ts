import { reset } from 'cloudflare:test';
import { beforeEach, describe, expect, it } from 'vitest';
import { toDocument } from '../../../../../shared/authoring/document.ts';
import { parseConfig } from '../../../../../shared/authoring/parse.ts';
import type {
  CheckedSource,
  HeadInfo,
  VersionInfo,
  Written,
} from '../../../../../shared/contracts/history.ts';
import { CONFIG_KEY } from '../../../../../shared/model/config.ts';
import { ADMIN as ADMIN_PRINCIPAL, someToken } from '../../access/fixture.ts';
import { pool, twoPools } from '../../history/world.ts';
import { asked, BINDINGS, LOCAL, type VisitOptions, visit } from '../../visit.ts';

beforeEach(() => reset());

const FILE = '// Ours.\n{ "pools": [ {"name":"eu", "origins":[]}, ] }\n';
const SECRET = 'Bearer hunter2-hunter2';
const WITH_SECRET = `{
  // Old header: { "Authorization": ["${SECRET}"] }
  "monitors": [{ "id": "m", "header": { "Authorization": ["${SECRET}"], "Host": ["app.example.com"] } }]
}
`;

interface Refused {
  error: string;
  errors: { code: number; message: string; source?: { pointer: string }; meta?: unknown }[];
}

const put = (source: string, if_match = '*', options: VisitOptions = {}) =>
  asked<Written & Refused>('/api/config', {
    ...{ method: 'PUT', body: { source }, headers: { 'if-match': if_match } },
    ...options,
  });
const get = async <T>(path: string, options: VisitOptions = {}) => (await asked<T>(path, options)).json;

/** A token of a scope. */
async function tokenOf(scope: 'read' | 'operate'): Promise<string> {
  const { secret, token } = await someToken(scope, scope);
  const history = LOCAL.HISTORY.getByName('history');
  await history.createToken(token, { principal: ADMIN_PRINCIPAL, from: 'local', what: 'test' });
  return secret;
}

describe('a check', () => {
  const check = (source: string, options: VisitOptions = {}) =>
    asked<CheckedSource>('/api/config/check', { method: 'POST', body: { source }, ...options });

  it('says what a file would change, and changes nothing', async () => {
    await put(FILE, '"0"');
    const { status, json } = await check(FILE.replace('"origins":[]', '"origins":[],"minimum_origins":2'));
    expect(status).toBe(200);
    expect(json.differences).toEqual([
      { list: 'pools', key: 'eu', change: 'changed', fields: [{ pointer: '/minimum_origins', after: 2 }] },
    ]);
    expect((await get<HeadInfo>('/api/config')).version?.version).toBe(1);
  });

  it('finds every problem, with its place', async () => {
    const { json } = await check('{\n  "pools": [{ "name": "eu", "origin": [] }],\n  "colour": 1\n}');
    expect(json.problems).toContainEqual({
      ...{ severity: 'error', line: 2, column: 29, forceable: false },
      message: expect.stringContaining('pools[0].origin: unknown field') as string,
    });
    expect(json.problems.map(({ line }) => line)).toContain(3);
  });

  it('compares nothing with a text that is no file', async () => {
    const { status, json } = await check('{ "pools": [');
    expect(status).toBe(200);
    expect(json.differences).toBeNull();
    expect(json.problems[0]).toMatchObject({ severity: 'error', line: 1 });
  });

  it('needs the scope admin, because it compares with secrets', async () => {
    expect((await check(FILE, { token: await tokenOf('operate') })).status).toBe(403);
  });
});

describe('the document', () => {
  it('is empty before the first version, and then as it was written', async () => {
    const empty = await asked<HeadInfo>('/api/config');
    expect(empty.json).toMatchObject({ version: null, source: '', etag: '0' });
    expect(empty.headers.get('etag')).toBe('"0"');
    const written = await put(FILE, '"0"');
    expect(written).toMatchObject({
      status: 200,
      json: { changed: true, version: { version: 1, way: 'api' } },
    });
    expect(written.headers.get('etag')).toBe('"1"');
    const { json, headers } = await asked<HeadInfo>('/api/config');
    expect(json).toMatchObject({ version: { version: 1 }, source: FILE, etag: '1' });
    expect(headers.get('etag')).toBe('"1"');
  });

  it('is written only with If-Match: 428 without it, 412 for another version, and neither is repeated', async () => {
    const without = await asked<Refused>('/api/config', { method: 'PUT', body: { source: FILE } });
    expect(without.status).toBe(428);
    expect(without.json.error).toContain('If-Match is missing');
    await put(FILE, '"0"');
    const late = await put('{}', '"0"');
    expect(late).toMatchObject({
      status: 412,
      json: { errors: [{ code: 1_007, meta: { expected: '"0"', current: '"1"', version: 1 } }] },
    });
    expect(late.headers.get('x-should-retry')).toBe('false');
    expect(late.headers.get('etag')).toBe('"1"');
    expect((await put('{}', 'W/"1"')).status).toBe(200);
  });

  it('is refused with each mistake and its place', async () => {
    const { status, json } = await put(JSON.stringify({ pools: [pool('eu', { monitor: 'x', y: 1 })] }));
    expect(status).toBe(400);
    expect(json.errors.map(({ source }) => source?.pointer).toSorted()).toEqual([
      '/pools/0/monitor',
      '/pools/0/y',
    ]);
  });

  it('takes way and comment, and cuts a long one', async () => {
    const comment = `${'x'.repeat(499)}🤷${'y'.repeat(1_000_000)}`;
    const { status, json } = await put(FILE, '*', { body: { source: FILE, way: 'cli', comment } });
    expect({ status, way: json.version.way }).toEqual({ status: 200, way: 'cli' });
    expect(json.version.comment).toBe('x'.repeat(499));
    const { versions } = await get<{ versions: VersionInfo[] }>('/api/config/versions');
    expect(versions).toEqual([json.version]);
  });

  it('may have comments of a megabyte', async () => {
    const source = `/* ${'long '.repeat(200_000)} */ {}\n`;
    expect((await put(source)).status).toBe(200);
    expect((await get<HeadInfo>('/api/config')).source).toBe(source);
  });

  it.each([
    'null',
    '[]',
    '{"source": 3}',
    '{"source": "{}", "more": 1}',
    '{"source": "{}", "way": "magic"}',
    '{',
  ])('is refused if the body is %s', async (body) => {
    expect((await put('', '*', { body })).status).toBe(400);
  });

  it.each(['[1, 2]', '3', '', '"x"', 'null', `${'['.repeat(10_000)}${']'.repeat(10_000)}`, '{"pools": {}}'])(
    'is refused if the file is no configuration',
    async (source) => {
      const { status, json } = await put(source);
      expect({ status, errors: json.errors.length > 0 }).toEqual({ status: 400, errors: true });
    },
  );
});

describe('versions', () => {
  it('are listed, shown, compared, pinned and rolled back to', async () => {
    await put(FILE);
    await put(JSON.stringify({ pools: [pool('eu')] }));
    const { versions } = await get<{ versions: VersionInfo[] }>('/api/config/versions?limit=1');
    expect(versions.map(({ version }) => version)).toEqual([2]);
    expect(await get('/api/config/versions?before=2')).toMatchObject({ versions: [{ version: 1 }] });
    expect(await get('/api/config/versions/1')).toMatchObject({ version: 1, source: FILE });
    expect(await get('/api/config/diff?from=1')).toMatchObject({
      ...{ from: 1, to: 2 },
      differences: [{ list: 'pools', key: 'eu', fields: [{ pointer: '/origins' }] }],
    });
    const pinned = await asked('/api/config/versions/1/pin', { method: 'PUT', body: { pinned: true } });
    expect(pinned.json).toMatchObject({ version: 1, pinned: true });
    const back = await asked('/api/config/rollback', {
      ...{ method: 'POST', body: { version: 1 }, headers: { 'if-match': '"2"' } },
    });
    expect(back.json).toMatchObject({
      version: { version: 3, way: 'rollback', comment: 'back to version 1' },
    });
    expect((await get<HeadInfo>('/api/config')).source).toBe(FILE);
    const late = await asked('/api/config/rollback', {
      ...{ method: 'POST', body: { version: 2 }, headers: { 'if-match': '"2"' } },
    });
    expect(late.status).toBe(412);
  });

  it.each(['9', '0', 'x', '1e0', '-1', '1.0', '0x1', '01', '9'.repeat(30), '%31'])(
    'that do not exist are 404: %s',
    async (version) => {
      await put(FILE);
      const { status, json } = await asked<Refused>(`/api/config/versions/${version}`);
      expect({ status, code: json.errors[0]?.code }).toEqual({ status: 404, code: 1_001 });
      const pin = { method: 'PUT', body: { pinned: true } };
      expect((await asked(`/api/config/versions/${version}/pin`, pin)).status).toBe(404);
    },
  );

  it.each([
    '/api/config/versions?limit=0',
    '/api/config/versions?limit=10001',
    '/api/config/versions?before=x',
    '/api/config/diff',
    '/api/config/diff?from=1.5',
  ])('of a wrong query are 400: %s', async (path) => {
    const { status, json } = await asked<Refused>(path);
    expect(status).toBe(400);
    expect(json.error).toMatch(/^query `(limit|before|from)` /);
  });

  it('that are compared must exist', async () => {
    await put(FILE);
    expect((await asked('/api/config/diff?from=1&to=7')).status).toBe(404);
    expect((await asked('/api/config/diff?from=1')).json).toMatchObject({ differences: [] });
  });
});

describe('who may not change the configuration', () => {
  it.each(['read', 'operate'] as const)(
    'sees no secret with the scope %s, nor can send a mask back',
    async (scope) => {
      const token = await tokenOf(scope);
      await put(WITH_SECRET);
      await put(WITH_SECRET.replace(/hunter2-/g, 'changed-'));
      for (const path of [
        '/api/config',
        '/api/config/versions/1',
        '/api/config/diff?from=1',
        '/api/audit',
        `/client/v4/accounts/${'a'.repeat(32)}/load_balancers/monitors`,
      ]) {
        const text = await (await visit(path, { token })).text();
        expect(text).not.toContain('hunter2');
        if (path !== '/api/audit') expect(text).toContain('•••');
        expect(text.includes('app.example.com')).toBe(!path.includes('diff') && path !== '/api/audit');
      }
      const { source } = await get<HeadInfo>('/api/config', { token });
      const back = await put(source);
      expect(back.status).toBe(400);
      expect(back.json.error).toContain('masked');
      expect((await put(WITH_SECRET, '*', { token })).status).toBe(403);
    },
  );
});

describe('publication', () => {
  it('is told, and the version is in KV soon', async () => {
    const { json } = await put(JSON.stringify(twoPools()));
    expect(json.publication).toMatchObject({ published: false });
    await expect
      .poll(() => get('/api/config/publication'), { timeout: 5_000 })
      .toMatchObject({ published: true, version: 1 });
    expect(JSON.parse((await BINDINGS.KV.get(CONFIG_KEY)) ?? '')).toMatchObject({ version: 1 });
  });

  it('stops for what somebody else wrote, until an operator adopts it', async () => {
    const { config } = parseConfig({ pools: [pool('other')] }, 'local');
    if (config === undefined) throw new Error('not valid');
    await BINDINGS.KV.put(CONFIG_KEY, JSON.stringify(await toDocument(config, 5, new Date().toISOString())));
    expect(await get('/api/config/publication')).toMatchObject({ outside: { version: 5 } });
    const settle = (action: string) => asked('/api/config/outside', { method: 'POST', body: { action } });
    expect((await settle('ignore')).status).toBe(400);
    expect((await settle('overwrite')).status).toBe(409);
    expect(await settle('adopt')).toMatchObject({
      status: 200,
      json: { version: { version: 6, way: 'adopt' } },
    });
    expect((await settle('adopt')).status).toBe(409);
  });
});
