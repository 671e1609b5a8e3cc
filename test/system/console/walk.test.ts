import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tokenOf } from '../../../shared/contracts/access.ts';
import { ADMIN_TOKEN, type ServedConsole, startConsole } from '../../../tools/harness/console.ts';
import { inRoot } from '../../../tools/project/root.ts';
import { createAccount, createToken, type Ids, SECRET } from './account.ts';
import { ask, inParallel, type Sent, send } from './caller.ts';
import { expectRefused, type Request } from './expect_refused.ts';
import { type Operation, readOperations } from './operations.ts';

const EXPIRES_MS = 2_000;

let served: ServedConsole;
let ids: Ids;
let operations: Operation[];
/** Tokens that let somebody in. */
let valid: Record<'read' | 'operate', string>;
/** Credentials that let nobody in. */
let refused: Record<string, Sent>;

beforeAll(async () => {
  served = await startConsole();
  const { url } = served;
  const expires_at = new Date(Date.now() + EXPIRES_MS).toISOString();
  const expired = await createToken(url, 'expired', 'admin', expires_at);
  const revoked = await createToken(url, 'revoked', 'admin');
  await ask(url, 'DELETE', `/api/tokens/${revoked.id}`, { token: ADMIN_TOKEN });
  const read = await createToken(url, 'reader', 'read');
  const operate = await createToken(url, 'operator', 'operate');
  valid = { read: read.token, operate: operate.token };
  refused = {
    'no token': {},
    'a wrong token': { token: tokenOf(new Uint8Array(32).fill(9)) },
    'half a token': { token: ADMIN_TOKEN.slice(0, 30) },
    'an expired token': { token: expired.token },
    'a revoked token': { token: revoked.token },
    'a session that nobody opened': { headers: { cookie: `__Host-plimsoll=${'a'.repeat(43)}` } },
  };
  ids = { ...(await createAccount(url)), version: '1', token_id: read.id, name: 'mine', region_id: 'WEU' };
  operations = await readOperations(url, ids);
  await sleep(EXPIRES_MS);
});

afterAll(() => served.stop());

/** Spellings of a path that a router or a proxy may take for the same path. */
function spellings(path: string): string[] {
  const [plain = '', query] = path.split('?');
  const end = query === undefined ? '' : `?${query}`;
  return [
    `/${plain}`,
    plain.replace('/api/', '/api//').replace('/v4/', '/v4//'),
    `${plain}/`,
    plain.replace(/\/(\w)/, (_, first: string) => `/%${first.charCodeAt(0).toString(16)}`),
    `/%2e${plain}`,
    `/x/%2e%2e${plain}`,
    `/./${plain.slice(1)}`,
    plain.toUpperCase(),
    `${plain};x=1`,
    `${plain}%00`,
  ].map((spelled) => spelled + end);
}

describe('every operation of the OpenAPI document', () => {
  it('is a route of the router, and the document has every route', async () => {
    // Its modules have the types of the Workers runtime, so they are imported by a computed path.
    const { ROUTES } = (await import(inRoot('workers', 'console', 'routes', 'table.ts'))) as {
      ROUTES: { method: string; path: string; scope: string }[];
    };
    const routes = ROUTES.map(
      ({ method, path, scope }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')} ${scope}`,
    );
    const documented = operations.map(({ method, template, scope }) => `${method} ${template} ${scope}`);
    expect(documented.sort()).toEqual(routes.sort());
    expect(documented.length).toBeGreaterThan(60);
  });

  it('is refused with 401 without a token, with a wrong, an expired or a revoked one', async () => {
    const requests = operations.flatMap(({ method, path, body, scope }): Request[] =>
      Object.values(refused).map(({ token, headers }) => ({
        ...{ method, path },
        ...(headers === undefined ? {} : { headers }),
        // The sign-in takes its token from the body.
        ...(scope === 'open'
          ? { body: { token: token ?? '' } }
          : { body, ...(token === undefined ? {} : { token }) }),
      })),
    );
    await expectRefused(served, requests, [401]);
  });

  it('is refused with 403 if the scope of the token is too small', async () => {
    const requests = operations.flatMap(({ method, path, body, scope }): Request[] => {
      const tokens =
        scope === 'admin' ? [valid.read, valid.operate] : scope === 'operate' ? [valid.read] : [];
      return tokens.map((token) => ({ method, path, body, token }));
    });
    await expectRefused(served, requests, [403]);
  });

  it('cannot be reached without a token by HEAD, OPTIONS, other methods, or another spelling of its path', async () => {
    const paths = [...new Set(operations.map(({ path }) => path))];
    const requests = [
      ...paths.flatMap((path) => ['HEAD', 'OPTIONS', 'TRACE', 'PURGE'].map((method) => ({ method, path }))),
      ...operations
        .filter(({ scope }) => scope !== 'open')
        .flatMap(({ method, path, body }) =>
          spellings(path).map((spelled) => ({ method, path: spelled, body })),
        ),
    ];
    await expectRefused(
      served,
      requests.filter(({ path, method }) => !(path === '/api/session' && method === 'POST')),
      [401],
    );
  });

  it('changes nothing with a small scope by another spelling of its path: 403, or 404 and 405 for a path that does not exist', async () => {
    const requests = operations
      .filter(({ scope, method }) => scope === 'admin' && method !== 'GET')
      .flatMap(({ method, path, body }) =>
        spellings(path).map((spelled) => ({ method, path: spelled, body, token: valid.operate })),
      );
    await expectRefused(served, requests, [403, 404, 405]);
  });

  it('is refused if Authorization is named as a header of the connection', async () => {
    const requests = operations
      .filter(({ scope }) => scope !== 'open')
      .flatMap(({ method, path, body, scope }): Request[] => [
        { method, path, body, headers: { connection: 'authorization' } },
        ...(scope === 'admin'
          ? [{ method, path, body, token: valid.read, headers: { connection: 'authorization' } }]
          : []),
      ]);
    await expectRefused(served, requests, [401, 403]);
  });

  it('is refused if a page of another site, or another name of this machine, asks', async () => {
    const requests = operations.flatMap(({ method, path, body }): Request[] => [
      { method, path, body, token: ADMIN_TOKEN, headers: { host: 'console.example.com' } },
      { method, path, body, token: ADMIN_TOKEN, headers: { origin: 'https://example.com' } },
    ]);
    await expectRefused(served, requests, [403]);
  });

  it('shows no secret to tokens below admin', async () => {
    const { url } = served;
    const { versions } = await ask<{ versions: { version: number }[] }>(url, 'GET', '/api/config/versions', {
      token: ADMIN_TOKEN,
    });
    const more = versions.flatMap(({ version }) => [
      `/api/config/versions/${version}`,
      `/api/config/diff?from=1&to=${version}`,
      `/api/config/diff?from=${version}&to=1`,
    ]);
    const paths = [
      ...operations
        .filter(({ method, scope }) => method === 'GET' && scope === 'read')
        .map(({ path }) => path),
      ...more,
      '/',
    ];
    const shown: string[] = [];
    await inParallel(paths, async (path) => {
      for (const token of Object.values(valid)) {
        const { status, text } = await send(url, 'GET', path, { token });
        expect(status, `${path} ${text.slice(0, 200)}`).not.toBe(401);
        if (text.includes('s3cr3t')) shown.push(path);
      }
    });
    expect(shown).toEqual([]);
    const { source } = await ask<{ source: string }>(url, 'GET', '/api/config', { token: ADMIN_TOKEN });
    expect(source).toContain(SECRET);
    const changed = await send(url, 'POST', '/api/states', {
      token: valid.operate,
      body: { changes: [{ target: 'eu', weight: undefined, state: 'drain' }] },
    });
    expect(changed.status).toBe(200);
    expect(changed.text).not.toContain('s3cr3t');
  });
});
