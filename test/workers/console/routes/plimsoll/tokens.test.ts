import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import type { CreatedToken } from '../../../../../shared/contracts/access.ts';
import { authenticate } from '../../../../../workers/console/access/authenticate.ts';
import { routes as audit } from '../../../../../workers/console/routes/plimsoll/audit.ts';
import { routes } from '../../../../../workers/console/routes/plimsoll/tokens.ts';
import { ADMIN, inWorld, NOW, newToken, type World } from '../../access/fixture.ts';
import { callRoute } from './call.ts';

const create = async (world: World, body: unknown) =>
  (await callRoute(routes, 'POST /api/tokens', world, { principal: ADMIN, body })).result as CreatedToken;
const enter = (world: World, token: string) =>
  authenticate(
    new Request('https://console.example.com/', { headers: { authorization: `Bearer ${token}` } }),
    { ADMIN_TOKEN: newToken(), WRONG_TOKENS: { limit: async () => ({ success: true }) } },
    {},
    world,
  );

describe('the routes of tokens', () => {
  it('create a token, show its secret once, list it without, and revoke it', () =>
    inWorld(async (world) => {
      const { token, ...info } = await create(world, { name: 'ci', scope: 'operate' });
      expect(info).toMatchObject({
        name: 'ci',
        status: 'active',
        created_by: 'admin token',
        expires_at: null,
      });
      expect(info.id).toMatch(/^[0-9a-f]{32}$/);
      expect(await enter(world, token)).toMatchObject({ author: 'token ci', scope: 'operate' });
      const list = await callRoute(routes, 'GET /api/tokens', world, { principal: ADMIN });
      expect(list.result).toMatchObject({ tokens: [{ id: info.id, scope: 'operate' }] });
      expect(JSON.stringify(list.result)).not.toContain(token);
      const asked = { principal: ADMIN, params: { token_id: info.id } };
      const revoked = await callRoute(routes, 'DELETE /api/tokens/:token_id', world, asked);
      expect(revoked.result).toMatchObject({ id: info.id, status: 'revoked' });
      await expect(enter(world, token)).rejects.toMatchObject({ status: 401 });
    }));

  it('need scope admin, each of them', () => {
    expect(routes.map(({ scope }) => scope)).toEqual(['admin', 'admin', 'admin']);
  });

  it('create no token that has expired already', () =>
    inWorld(async (world) => {
      const body = (expires_at: string) => ({ name: 'ci', scope: 'read', expires_at });
      for (const time of [new Date(NOW).toISOString(), '2026-02-30T99:00:00Z'])
        await expect(create(world, body(time))).rejects.toThrow();
      for (const time of ['2027-02-30T00:00:00Z', '2027-04-31T12:00:00.000Z'])
        await expect(create(world, body(time))).rejects.toMatchObject({ status: 400 });
      await expect(create(world, body(new Date(NOW).toISOString()))).rejects.toMatchObject({
        status: 400,
        mistakes: [{ code: 1002, pointer: '/expires_at' }],
      });
      const { expires_at } = await create(world, body('2027-01-31T00:00:00Z'));
      expect(expires_at).toBe('2027-01-31T00:00:00.000Z');
      const leap = { ...body('2028-02-29T00:00:00Z'), name: 'leap' };
      expect((await create(world, leap)).expires_at).toBe('2028-02-29T00:00:00.000Z');
    }));

  it.each([
    {},
    { name: '', scope: 'read' },
    { name: ' ci', scope: 'read' },
    { name: 'a\nb', scope: 'read' },
    { name: 'a\u202eb', scope: 'read' },
    { name: 'a'.repeat(101), scope: 'read' },
    { name: 'ci', scope: 'root' },
    { name: 'ci', scope: 'read', id: '0' },
  ])('do not accept the body %j', (body) => {
    const route = routes.find(({ method }) => method === 'POST');
    expect(route?.body && v.is(route.body, body)).toBe(false);
  });

  it('cannot revoke ADMIN_TOKEN, and say what to do instead', () =>
    inWorld(async (world) => {
      const asked = { principal: ADMIN, params: { token_id: 'admin' } };
      await expect(callRoute(routes, 'DELETE /api/tokens/:token_id', world, asked)).rejects.toMatchObject({
        ...{ status: 404, mistakes: [{ code: 7003 }] },
        message: expect.stringContaining('wrangler secret put ADMIN_TOKEN'),
      });
    }));

  it('answer 404 to an id that no token has, and 409 to a name that is in use', () =>
    inWorld(async (world) => {
      const asked = { principal: ADMIN, params: { token_id: '0'.repeat(32) } };
      await expect(callRoute(routes, 'DELETE /api/tokens/:token_id', world, asked)).rejects.toMatchObject({
        ...{ status: 404, mistakes: [{ code: 1001 }] },
      });
      await create(world, { name: 'ci', scope: 'read' });
      await expect(create(world, { name: 'ci', scope: 'read' })).rejects.toMatchObject({ status: 409 });
    }));

  it('leave rows in the audit, which pages read', () =>
    inWorld(async (world) => {
      for (const name of ['a', 'b', 'c']) await create(world, { name, scope: 'read' });
      const page = async (query: Record<string, string>) => {
        const { result } = await callRoute(audit, 'GET /api/audit', world, { principal: ADMIN, query });
        return (result as { rows: { id: number; detail: string }[] }).rows;
      };
      const [newest, second] = await page({ limit: '2' });
      expect(newest?.detail).toContain('"c"');
      expect(await page({ before: String(second?.id) })).toMatchObject([{ what: 'POST /api/tokens' }]);
    }));

  it.each([
    ['limit', '0', false],
    ['limit', '1', true],
    ['limit', '1000', true],
    ['limit', '1001', false],
    ['limit', '-1', false],
    ['limit', '1e3', false],
    ['before', '12', true],
    ['before', '', false],
    ['before', 'x', false],
  ])('check %s=%s of the audit', (name, value, valid) => {
    const field = audit[0]?.query?.[name];
    expect(field && v.is(field.schema, value)).toBe(valid);
  });
});
