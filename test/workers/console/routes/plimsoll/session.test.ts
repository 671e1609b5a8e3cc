import { describe, expect, it } from 'vitest';
import { authenticate } from '../../../../../workers/console/access/authenticate.ts';
import { NOBODY } from '../../../../../workers/console/access/principal.ts';
import { routes } from '../../../../../workers/console/routes/plimsoll/session.ts';
import { DOER, inWorld, NOW, newToken, someToken, type World } from '../../access/fixture.ts';
import { callRoute } from './call.ts';

const env = { ADMIN_TOKEN: newToken(), WRONG_TOKENS: { limit: async () => ({ success: true }) } };
const open = (world: World, body: unknown) =>
  callRoute(routes, 'POST /api/session', world, { principal: NOBODY, env, body });
const cookieOf = (reply: { headers?: Record<string, string> }) =>
  (reply.headers?.['set-cookie'] ?? '').split(';')[0] ?? '';
const enter = (world: World, cookie: string) =>
  authenticate(new Request('https://console.example.com/', { headers: { cookie } }), env, {}, world);

describe('POST /api/session', () => {
  it('opens a session that lets its token in, and sets a cookie that no script and no other site can use', () =>
    inWorld(async (world) => {
      const { token, secret } = await someToken('anna', 'operate');
      world.tables.createToken(token, DOER);
      const reply = await open(world, { token: secret });
      expect(reply.result).toEqual({
        ...{ author: 'token anna', scope: 'operate', by: 'session', token_id: token.id, subject: null },
        expires_at: new Date(NOW + 12 * 3_600_000).toISOString(),
      });
      expect(reply.headers?.['set-cookie']).toMatch(
        /^__Host-plimsoll=[A-Za-z0-9_-]{43}; HttpOnly; Secure; SameSite=Strict; Path=\/; Max-Age=43200$/,
      );
      expect(await enter(world, cookieOf(reply))).toMatchObject({ author: 'token anna', by: 'session' });
    }));

  it('opens a session with ADMIN_TOKEN', () =>
    inWorld(async (world) => {
      const reply = await open(world, { token: env.ADMIN_TOKEN });
      expect(reply.result).toMatchObject({ author: 'admin token', scope: 'admin', token_id: null });
      expect(await enter(world, cookieOf(reply))).toMatchObject({ author: 'admin token', by: 'session' });
    }));

  it.each([
    [9106, undefined],
    [9106, {}],
    [9106, { token: 5 }],
    [9106, 'token'],
    [1000, { token: '' }],
    [1000, { token: 'admin' }],
    [1000, { token: newToken() }],
  ])('refuses with 401 and %i the body %j', (code, body) =>
    inWorld(async (world) => {
      await expect(open(world, body)).rejects.toMatchObject({ status: 401, mistakes: [{ code }] });
    }),
  );

  it('limits wrong tokens', () =>
    inWorld(async (world) => {
      const limited = { ...env, WRONG_TOKENS: { limit: async () => ({ success: false }) } };
      const asked = { principal: NOBODY, env: limited, body: { token: newToken() } };
      await expect(callRoute(routes, 'POST /api/session', world, asked)).rejects.toMatchObject({
        status: 429,
      });
    }));
});

describe('DELETE /api/session', () => {
  it('ends the session of the request, and makes the browser forget it', () =>
    inWorld(async (world) => {
      const cookie = cookieOf(await open(world, { token: env.ADMIN_TOKEN }));
      const principal = await enter(world, cookie);
      const asked = { principal, env, headers: { cookie } };
      const reply = await callRoute(routes, 'DELETE /api/session', world, asked);
      expect(reply).toEqual({
        result: { ended: true },
        headers: { 'set-cookie': expect.stringMatching(/^__Host-plimsoll=; .*Max-Age=0$/) },
      });
      await expect(enter(world, cookie)).rejects.toMatchObject({ status: 401 });
    }));

  it('ends no session of somebody who shows a token as well', () =>
    inWorld(async (world) => {
      const cookie = cookieOf(await open(world, { token: env.ADMIN_TOKEN }));
      const asked = { principal: DOER.principal, env, headers: { cookie } };
      const reply = await callRoute(routes, 'DELETE /api/session', world, asked);
      expect(reply.result).toEqual({ ended: false });
      expect(await enter(world, cookie)).toMatchObject({ by: 'session' });
    }));
});

describe('GET /api/whoami', () => {
  it('tells somebody who they are', () =>
    inWorld(async (world) => {
      const principal = {
        author: 'access a@example.com',
        scope: 'read',
        by: 'access',
        subject: 's',
      } as const;
      const { result } = await callRoute(routes, 'GET /api/whoami', world, { principal });
      expect(result).toEqual({ ...principal, token_id: null, expires_at: null });
    }));
});
