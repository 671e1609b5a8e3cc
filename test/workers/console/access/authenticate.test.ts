import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { AccessEnv } from '../../../../workers/console/access/access_env.ts';
import { authenticate, type Deps } from '../../../../workers/console/access/authenticate.ts';
import { newSession, randomBytes, sha256 } from '../../../../workers/console/access/secrets.ts';
import { WrongTokens } from '../../../../workers/console/access/wrong_tokens.ts';
import { Refusal } from '../../../../workers/console/refusal.ts';
import { DOER, HOUR_MS, inWorld, NOW, newToken, someToken, type World } from './fixture.ts';

const env: AccessEnv & { ADMIN_TOKEN: string } = {
  ADMIN_TOKEN: newToken(),
  WRONG_TOKENS: { limit: async () => ({ success: true }) },
};

const request = (headers: Record<string, string> = {}, method = 'GET') =>
  new Request('https://console.example.com/api/status', { headers, method });
const bearer = (token: string) => request({ authorization: `Bearer ${token}` });
const never: Deps['store'] = {
  authenticate: async () => {
    throw new Error('the object must not be asked');
  },
};
const depsOf = ({ store }: World): Deps => ({ store, wrong_tokens: new WrongTokens(() => NOW) });
const asked = (shown: Request, store: Deps['store'] = never, bindings: AccessEnv = env) =>
  authenticate(shown, bindings, {}, { store, wrong_tokens: new WrongTokens(() => NOW) });

/** What the refusal's response says. */
const refusal = (status: number, code: number) =>
  expect.objectContaining({ status, mistakes: [expect.objectContaining({ code })] });

describe('authenticate', () => {
  it('recognises ADMIN_TOKEN without asking the object', async () => {
    expect(await asked(bearer(env.ADMIN_TOKEN))).toEqual({
      ...{ author: 'admin token', scope: 'admin', by: 'admin_token' },
    });
  });

  it.each(['bearer', 'BEARER', 'Bearer', 'bEaReR'])('reads the scheme %s', async (scheme) => {
    const shown = request({ authorization: `${scheme}   ${env.ADMIN_TOKEN} ` });
    expect(await asked(shown)).toMatchObject({ by: 'admin_token' });
  });

  it('recognises a stored token with its scope', () =>
    inWorld(async (world) => {
      const { token, secret } = await someToken('ci', 'operate', NOW + HOUR_MS);
      world.tables.createToken(token, DOER);
      expect(await authenticate(bearer(secret), env, {}, depsOf(world))).toEqual({
        ...{ author: 'token ci', scope: 'operate', by: 'token', token_id: token.id },
        expires_at: new Date(NOW + HOUR_MS).toISOString(),
      });
    }));

  it('refuses a request without credentials, with 401, 9106 and a challenge that is not Basic', async () => {
    const error = await asked(request()).catch((thrown: unknown) => thrown);
    expect(error).toEqual(refusal(401, 9106));
    expect(error).toMatchObject({
      message: expect.stringMatching(/^Missing X-Auth-Key, X-Auth-Email or Authorization headers/),
      headers: { 'www-authenticate': expect.stringMatching(/^Bearer /) },
    });
  });

  it.each([
    ['Basic', `Basic ${btoa(`admin:${env.ADMIN_TOKEN}`)}`],
    ['a bare token', env.ADMIN_TOKEN],
    ['no token', 'Bearer'],
    ['an empty header', ''],
    ['two words', `Bearer ${env.ADMIN_TOKEN} x`],
    ['two values', `Bearer ${env.ADMIN_TOKEN}, Bearer ${env.ADMIN_TOKEN}`],
    ['a scheme that only begins like it', `BearerX ${env.ADMIN_TOKEN}`],
  ])('refuses %s with 400 and 6003', async (_, authorization) => {
    await expect(asked(request({ authorization }))).rejects.toEqual(
      expect.objectContaining({
        status: 400,
        mistakes: [
          expect.objectContaining({
            code: 6003,
            error_chain: [{ code: 6111, message: 'Invalid format for Authorization header' }],
          }),
        ],
      }),
    );
  });

  it.each([
    ['the beginning of ADMIN_TOKEN', env.ADMIN_TOKEN.slice(0, -1)],
    ['ADMIN_TOKEN in another case', env.ADMIN_TOKEN.toUpperCase()],
    ['ADMIN_TOKEN and one more character', `${env.ADMIN_TOKEN}A`],
    ['100,000 characters', 'a'.repeat(100_000)],
    ['a word', 'admin'],
  ])('refuses %s with 401 and 1000, without asking the object', async (_, token) => {
    await expect(asked(bearer(token))).rejects.toEqual(refusal(401, 1000));
  });

  it('refuses an unknown, an expired and a revoked token with 401 and 1000', () =>
    inWorld(async (world) => {
      const [over, gone] = await Promise.all([
        someToken('over', 'admin', NOW + 1),
        someToken('gone', 'admin'),
      ]);
      for (const { token } of [over, gone]) world.tables.createToken(token, DOER);
      world.tables.revokeToken(gone.token.id, DOER);
      world.clock.now += 1;
      for (const token of [newToken(), over.secret, gone.secret])
        await expect(authenticate(bearer(token), env, {}, depsOf(world))).rejects.toEqual(refusal(401, 1000));
    }));

  it('lets the header Authorization decide alone: a session does not make up for a wrong token', () =>
    inWorld(async (world) => {
      const session = newSession(randomBytes);
      await world.store.openSession(
        {
          sha256: await sha256(session),
          token_sha256: await sha256(env.ADMIN_TOKEN),
          is_admin_token: true,
        },
        ...(['local', 'POST /api/session'] as const),
      );
      const cookie = `theme=dark; __Host-plimsoll=${session}`;
      expect(await authenticate(request({ cookie }), env, {}, depsOf(world))).toMatchObject({
        ...{ author: 'admin token', scope: 'admin', by: 'session' },
      });
      const both = request({ cookie, authorization: `Bearer ${newToken()}` });
      await expect(authenticate(both, env, {}, depsOf(world))).rejects.toEqual(refusal(401, 1000));
      const changed = { ...env, ADMIN_TOKEN: newToken() };
      await expect(authenticate(request({ cookie }), changed, {}, depsOf(world))).rejects.toMatchObject({
        status: 401,
        headers: { 'set-cookie': expect.stringContaining('Max-Age=0') },
      });
    }));

  it.each([
    ['of another name', 'plimsoll=VALUE'],
    ['of two values', '__Host-plimsoll=VALUE; __Host-plimsoll=VALUE'],
    ['of another form', '__Host-plimsoll=x'],
  ])('sees no session in a cookie %s', async (_, cookie) => {
    const shown = request({ cookie: cookie.replaceAll('VALUE', newSession(randomBytes)) });
    await expect(asked(shown)).rejects.toEqual(refusal(401, 9106));
  });

  it('is not changed by headers that name Authorization as hop-by-hop, or a client that names its own address', async () => {
    const headers = {
      connection: 'authorization, cf-connecting-ip',
      'x-forwarded-for': '127.0.0.1',
      'x-real-ip': '127.0.0.1',
      forwarded: 'for=127.0.0.1',
    };
    await expect(asked(request(headers))).rejects.toEqual(refusal(401, 9106));
    const wrong = { ...headers, authorization: `Bearer ${newToken()}x` };
    await expect(asked(request(wrong))).rejects.toEqual(refusal(401, 1000));
  });

  it.each(['HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'])(
    'does not let %s through',
    async (method) => {
      await expect(asked(request({}, method))).rejects.toEqual(refusal(401, 9106));
    },
  );

  it('limits wrong tokens alone, by the address of the client', () =>
    inWorld(async (world) => {
      const keys: string[] = [];
      const limit = async ({ key }: { key: string }) => ({ success: keys.push(key) <= 2 });
      const limited = { ...env, WRONG_TOKENS: { limit } };
      const { token, secret } = await someToken('over', 'admin', NOW + 1);
      world.tables.createToken(token, DOER);
      world.clock.now += 1;
      const ask = (headers: Record<string, string>) =>
        authenticate(
          request({ 'cf-connecting-ip': '192.0.2.5', ...headers }),
          limited,
          {},
          depsOf(world),
        ).catch(({ status, headers }: Refusal) => [status, headers['retry-after']]);
      const wrong = () => ask({ authorization: `Bearer ${newToken()}` });
      expect(await ask({})).toEqual([401, undefined]);
      expect(await ask({ authorization: `Bearer ${secret}` })).toEqual([401, undefined]);
      expect(keys).toEqual([]);
      expect([await wrong(), await wrong(), await wrong()]).toEqual([
        [401, undefined],
        [401, undefined],
        [429, '60'],
      ]);
      expect(keys).toEqual(['192.0.2.5', '192.0.2.5', '192.0.2.5']);
      expect(await ask({ authorization: `Bearer ${env.ADMIN_TOKEN}` })).toMatchObject({ by: 'admin_token' });
    }));

  it('answers 503 while the object does not, and lets nobody in', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    await expect(asked(bearer(newToken()))).rejects.toMatchObject({
      status: 503,
      headers: { 'retry-after': '5' },
    });
  });

  it('refuses any header with a status below 500', async () => {
    const text = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((c) => String.fromCharCode(c)) });
    await fc.assert(
      fc.asyncProperty(text, text, text, async (authorization, cookie, assertion) => {
        const shown = request({
          ...(authorization === '' ? {} : { authorization }),
          cookie: `__Host-plimsoll=${cookie}`,
          'cf-access-jwt-assertion': assertion,
        });
        const store: Deps['store'] = { authenticate: async () => ({ is: 'unknown' }) };
        const error: unknown = await asked(shown, store).catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(Refusal);
        expect((error as Refusal).status).toBeLessThan(500);
      }),
      { numRuns: 300 },
    );
  });
});
