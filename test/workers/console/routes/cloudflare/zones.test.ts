import Cloudflare from 'cloudflare';
import { describe, expect, it } from 'vitest';
import { ACCOUNT_ROUTES } from '../../../../../workers/console/routes/cloudflare/accounts.ts';
import { failed, succeeded } from '../../../../../workers/console/routes/cloudflare/envelope.ts';
import { ZONE_ROUTES } from '../../../../../workers/console/routes/cloudflare/zones.ts';
import { ACCOUNT, call, ZONE } from './call.ts';

const ROUTES = [...ACCOUNT_ROUTES, ...ZONE_ROUTES];
const ZONES = Array.from({ length: 45 }, (_, n) => `${String(n).padStart(32, '0')} z${n}.example`).join(',');

/** Cloudflare's own client, in front of these routes. */
function client(env = {}) {
  return new Cloudflare({
    apiToken: 't',
    baseURL: 'http://localhost/client/v4',
    fetch: async (input) => {
      const { pathname, search } = new URL(String(input));
      try {
        return succeeded(await call(ROUTES, `GET ${pathname}${search}`, { env }));
      } catch (error) {
        return failed(error);
      }
    },
  });
}

async function all<T>(list: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of list) items.push(item);
  return items;
}

describe("Cloudflare's client", () => {
  it('comes to the end of a list of zones', async () => {
    const zones = await all(client({ ZONES }).zones.list());
    expect(zones.map(({ name }) => name)).toEqual(ZONES.split(',').map((zone) => zone.split(' ')[1]));
    expect(await all(client().accounts.list())).toEqual([expect.objectContaining({ id: ACCOUNT })]);
  });

  it('finds a zone by its name', async () => {
    expect((await all(client({ ZONES }).zones.list({ name: 'Z7.example' }))).map(({ id }) => id)).toEqual([
      '7'.padStart(32, '0'),
    ]);
  });

  it('reads one account and one zone', async () => {
    expect(await client().accounts.get({ account_id: ACCOUNT })).toMatchObject({ id: ACCOUNT });
    expect(await client().zones.get({ zone_id: ZONE })).toMatchObject({
      id: ZONE,
      name: 'example.com',
      account: { id: ACCOUNT },
    });
  });

  it('throws its own errors for zones of others and for what is no id', async () => {
    await expect(client().zones.get({ zone_id: 'c'.repeat(32) })).rejects.toThrow(
      Cloudflare.PermissionDeniedError,
    );
    await expect(client().zones.get({ zone_id: 'x' })).rejects.toThrow(Cloudflare.NotFoundError);
  });

  it('verifies its token', async () => {
    expect(await client().user.tokens.verify()).toEqual({ id: 'c'.repeat(32), status: 'active' });
    expect(await client().accounts.tokens.verify({ account_id: ACCOUNT })).toMatchObject({
      status: 'active',
    });
    expect((await call(ROUTES, 'GET /client/v4/user/tokens/verify')).messages).toEqual([
      { code: 10_000, message: 'This API Token is valid and active', type: null },
    ]);
  });
});
