import { createLocalJWKSet, exportJWK, generateKeyPair, importJWK, type JWTPayload, SignJWT } from 'jose';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { AccessContext, AccessEnv } from '../../../../workers/console/access/access_env.ts';
import { authenticate } from '../../../../workers/console/access/authenticate.ts';
import type { KeysOf } from '../../../../workers/console/access/key_sets.ts';
import { NOW, newToken } from './fixture.ts';

const TEAM = 'https://team.cloudflareaccess.com';
const env: AccessEnv = {
  ACCESS_TEAM: TEAM,
  ACCESS_AUD: 'aud-of-the-console',
  ACCESS_ADMINS: 'Anna@Example.com, 7335d417-61da-459d-899c-0a01c76a2f94,',
  ACCESS_OPERATORS: 'bob@example.com,deployer.access',
};
const NOW_S = NOW / 1_000;
const PERSON = {
  ...{ iss: TEAM, aud: ['aud-of-the-console'], email: 'anna@example.com', sub: 'sub-of-anna' },
  ...{ iat: NOW_S - 10, nbf: NOW_S - 10, exp: NOW_S + 60 },
};
const { email: _email, ...WITHOUT_EMAIL } = PERSON;
const { exp: _exp, ...WITHOUT_EXPIRY } = PERSON;
const { aud: _aud, ...WITHOUT_AUDIENCE } = PERSON;
const SERVICE = { ...WITHOUT_EMAIL, sub: '', common_name: 'deployer.access' };

let private_key: CryptoKey;
let foreign_key: CryptoKey;
let public_text: string;
/** The key of Access, for another algorithm that RSA keys have. */
let pss_key: CryptoKey | Uint8Array;
let keysOf: KeysOf;

beforeAll(async () => {
  const pair = await generateKeyPair('RS256', { extractable: true });
  private_key = pair.privateKey;
  foreign_key = (await generateKeyPair('RS256')).privateKey;
  const { alg: _alg, ...private_jwk } = await exportJWK(pair.privateKey);
  pss_key = await importJWK(private_jwk, 'PS256');
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'one' };
  public_text = JSON.stringify(jwk);
  keysOf = () => createLocalJWKSet({ keys: [jwk] });
});

const signed = (claims: JWTPayload, key = private_key, kid = 'one') =>
  new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid }).sign(key);

function ask(
  assertion: string | undefined,
  bindings: AccessEnv = env,
  ctx: AccessContext = {},
  keys: KeysOf = keysOf,
) {
  const headers: Record<string, string> =
    assertion === undefined ? {} : { 'cf-access-jwt-assertion': assertion };
  return authenticate(new Request('https://console.example.com/', { headers }), bindings, ctx, {
    store: { authenticate: async () => ({ is: 'unknown' }) },
    keysOf: keys,
    now: () => NOW,
  });
}

describe('an assertion of Cloudflare Access', () => {
  it('lets a person in, by e-mail address and `sub`', async () => {
    expect(await ask(await signed(PERSON))).toEqual({
      ...{ author: 'access anna@example.com', scope: 'admin', by: 'access', subject: 'sub-of-anna' },
    });
  });

  it('lets a service token in by its common name', async () => {
    expect(await ask(await signed(SERVICE))).toEqual({
      ...{ author: 'access deployer.access', scope: 'operate', by: 'access', is_service: true },
    });
  });

  it.each([
    ['admin', { email: 'ANNA@example.COM' }],
    ['admin', { email: 'renamed@example.com', sub: '7335d417-61da-459d-899c-0a01c76a2f94' }],
    ['operate', { email: 'bob@example.com' }],
    ['read', { email: 'carol@example.com' }],
    ['read', { email: 'anna@example.com.evil.example' }],
    ['read', { email: 'carol@example.com', sub: '' }],
    ['read', { email: 'carol@example.com', common_name: 'deployer.access' }],
  ])('gives scope %s to %j', async (scope, claims) => {
    expect(await ask(await signed({ ...PERSON, ...claims }))).toMatchObject({ scope });
  });

  it.each<[string, JWTPayload]>([
    ['has expired', { ...PERSON, exp: NOW_S }],
    ['never expires', WITHOUT_EXPIRY],
    ['is not valid yet', { ...PERSON, nbf: NOW_S + 1 }],
    ['is for another audience', { ...PERSON, aud: ['aud-of-another'] }],
    ['has no audience', WITHOUT_AUDIENCE],
    ['is from another team', { ...PERSON, iss: 'https://evil.cloudflareaccess.com' }],
    ['names nobody', { ...PERSON, email: '' }],
    ['names somebody by no text', { ...PERSON, email: { toString: 'x' } }],
    ['names somebody with control characters', { ...PERSON, email: 'a\u202eb@example.com' }],
  ])('is refused with 401 if it %s', async (_, claims) => {
    await expect(ask(await signed(claims))).rejects.toMatchObject({
      status: 401,
      mistakes: [{ code: 1000 }],
    });
  });

  it('is refused with 401 if another key signed it, under a known or an unknown `kid`', async () => {
    for (const kid of ['one', 'two'])
      await expect(ask(await signed(PERSON, foreign_key, kid))).rejects.toMatchObject({ status: 401 });
  });

  it('is refused with 401 if its algorithm is `none`, PS256, or HS256 with the public key', async () => {
    const pss = await new SignJWT(PERSON).setProtectedHeader({ alg: 'PS256', kid: 'one' }).sign(pss_key);
    const part = (value: unknown) => btoa(JSON.stringify(value)).replace(/=+$/, '');
    const hmac = await new SignJWT(PERSON)
      .setProtectedHeader({ alg: 'HS256', kid: 'one' })
      .sign(new TextEncoder().encode(public_text));
    for (const assertion of [`${part({ alg: 'none', kid: 'one' })}.${part(PERSON)}.`, pss, hmac])
      await expect(ask(assertion)).rejects.toMatchObject({ status: 401 });
  });

  it('is refused with 401 if it is no assertion', async () => {
    const good = await signed(PERSON);
    for (const assertion of ['x', '..', `${good}, ${good}`, `${good}x`, '{}', 'a'.repeat(20_000)])
      await expect(ask(assertion)).rejects.toMatchObject({ status: 401 });
  });

  it.each<[string, Partial<AccessEnv>]>([
    ['the audience is empty', { ACCESS_AUD: '' }],
    ['the team is empty', { ACCESS_TEAM: '' }],
    ['the team is no https URL', { ACCESS_TEAM: 'team.cloudflareaccess.com' }],
  ])('is not believed if %s', async (_, bindings) => {
    const closed = { ...env, ADMIN_TOKEN: newToken(), ...bindings };
    await expect(ask(await signed(PERSON), closed)).rejects.toMatchObject({
      status: 401,
      mistakes: [{ code: 9106 }],
    });
  });

  it('does not count as a cookie', async () => {
    const cookie = `CF_Authorization=${await signed(PERSON)}`;
    const request = new Request('https://console.example.com/', { headers: { cookie } });
    const deps = {
      store: { authenticate: async () => ({ is: 'unknown' }) as const },
      keysOf,
      now: () => NOW,
    };
    await expect(authenticate(request, env, {}, deps)).rejects.toMatchObject({ status: 401 });
  });

  it('gets 503 while the keys cannot be read', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const broken: KeysOf = () => async () => {
      throw new TypeError('fetch failed');
    };
    await expect(ask(await signed(PERSON), env, {}, broken)).rejects.toMatchObject({ status: 503 });
  });
});

describe('ctx.access', () => {
  const context = (identity: CloudflareAccessIdentity | undefined, aud = 'aud-of-the-console') => ({
    access: { aud, getIdentity: async () => identity },
  });
  const bob = context({ email: 'bob@example.com', user_uuid: 'uuid-of-bob' });

  it('lets in whom the platform names, without an assertion and without a team', async () => {
    const { ACCESS_TEAM: _, ...without_team } = env;
    expect(await ask(undefined, without_team, bob)).toEqual({
      ...{ author: 'access bob@example.com', scope: 'operate', by: 'access', subject: 'uuid-of-bob' },
    });
  });

  it('comes before an assertion, and an assertion after it if the platform names nobody', async () => {
    const assertion = await signed(PERSON);
    expect(await ask(assertion, env, bob)).toMatchObject({ author: 'access bob@example.com' });
    expect(await ask(assertion, env, context(undefined))).toMatchObject({
      author: 'access anna@example.com',
    });
    await expect(ask(undefined, env, context(undefined))).rejects.toMatchObject({ status: 401 });
  });

  it('lets nobody in for another application, or without ACCESS_AUD', async () => {
    const other = context({ email: 'anna@example.com' }, 'aud-of-another');
    await expect(ask(undefined, env, other)).rejects.toMatchObject({ status: 401 });
    await expect(ask(undefined, { ...env, ACCESS_AUD: '' }, bob)).rejects.toMatchObject({ status: 403 });
  });

  it('gets 503 while the identity cannot be read', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const broken = {
      access: {
        aud: 'aud-of-the-console',
        getIdentity: async () => {
          throw new Error('no');
        },
      },
    };
    await expect(ask(undefined, env, broken)).rejects.toMatchObject({ status: 503 });
  });
});
