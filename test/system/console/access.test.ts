import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { exportJWK, exportSPKI, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServedConsole, startConsole } from '../../../tools/harness/console.ts';
import { type LocalServer, listen } from '../../../tools/harness/http_server.ts';
import { createAccount, type Ids } from './account.ts';
import { send } from './caller.ts';
import { expectRefused, type Request } from './expect_refused.ts';
import { type Operation, readOperations } from './operations.ts';

const TEAM = 'https://plimsoll.cloudflareaccess.com';
const AUD = 'f'.repeat(64);
const KID = 'key-of-access';

const keys = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const others = generateKeyPairSync('rsa', { modulusLength: 2_048 });

let certs: LocalServer;
/** URLs that the console fetched. */
const fetched: string[] = [];
let served: ServedConsole;
let operations: Operation[];

beforeAll(async () => {
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: KID, alg: 'RS256', use: 'sig' };
  certs = await listen((request, response) => {
    fetched.push(`${request.headers.host}${request.url}`);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: [jwk] }));
  });
  const bindings = {
    ACCESS_TEAM: { text: TEAM },
    ACCESS_AUD: { text: AUD },
    ACCESS_ADMINS: { text: 'admin@example.com' },
  };
  served = await startConsole({ bindings, outbound_port: certs.port });
  const ids: Ids = { ...(await createAccount(served.url)), version: '1', name: 'mine', region_id: 'WEU' };
  operations = await readOperations(served.url, ids);
});

afterAll(async () => {
  await served.stop();
  await certs.stop();
});

/** An assertion of Cloudflare Access. By default it is valid for an admin. */
function assertion(
  options: { email?: string; aud?: string; iss?: string; exp?: string; key?: KeyObject } = {},
) {
  const { email = 'admin@example.com', aud = AUD, iss = TEAM, exp = '10m', key = keys.privateKey } = options;
  return new SignJWT({ email })
    .setProtectedHeader({ alg: 'RS256', kid: KID })
    .setIssuer(iss)
    .setAudience(aud)
    .setIssuedAt('-1h')
    .setExpirationTime(exp)
    .setSubject('7335d417-61da-459d-899c-0a01c76a2f94')
    .sign(key);
}

/** An assertion that is not signed with RS256. */
function forged(alg: string, signed: (text: string) => string): string {
  const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const exp = Math.floor(Date.now() / 1_000) + 600;
  const text = `${encoded({ alg, kid: KID })}.${encoded({ email: 'admin@example.com', aud: AUD, iss: TEAM, exp })}`;
  return `${text}.${signed(text)}`;
}

const ORIGIN = { 'sec-fetch-site': 'same-origin' };

function withAssertion(jwt: string, chosen: readonly Operation[] = operations): Request[] {
  return chosen
    .filter(({ scope }) => scope !== 'open')
    .map(({ method, path, body }) => ({
      ...{ method, path, body },
      headers: { ...ORIGIN, 'cf-access-jwt-assertion': jwt },
    }));
}

describe('an assertion of Cloudflare Access', () => {
  it('lets in whom it names, with the keys that the team publishes', async () => {
    const headers = { 'cf-access-jwt-assertion': await assertion() };
    const { status, text } = await send(served.url, 'GET', '/api/whoami', { headers });
    expect([status, text]).toEqual([200, expect.stringContaining('"author": "access admin@example.com"')]);
    expect(text).toContain('"scope": "admin"');
    expect(fetched).toEqual(['plimsoll.cloudflareaccess.com/cdn-cgi/access/certs']);
  });

  it.each<[string, () => string | Promise<string>]>([
    ['is expired', () => assertion({ exp: '-1m' })],
    ['is for another audience', () => assertion({ aud: 'e'.repeat(64) })],
    ['is of another team', () => assertion({ iss: 'https://other.cloudflareaccess.com' })],
    ['is signed with another key', () => assertion({ key: others.privateKey })],
    ['is not signed (alg: none)', () => forged('none', () => '')],
    [
      'is signed with HS256 and the public key',
      async () => {
        const secret = await exportSPKI(keys.publicKey);
        return forged('HS256', (text) => createHmac('sha256', secret).update(text).digest('base64url'));
      },
    ],
  ])('is refused with 401 at every operation if it %s', async (_, make) => {
    await expectRefused(served, withAssertion(await make()), [401]);
  });

  it('is refused with 403 at what its scope does not allow, and at changes that no page of ours sent', async () => {
    const reader = await assertion({ email: 'reader@example.com' });
    const above = operations.filter(({ scope }) => scope === 'operate' || scope === 'admin');
    await expectRefused(served, withAssertion(reader, above), [403]);
    const changes = above.filter(({ method }) => method !== 'GET');
    const elsewhere = withAssertion(await assertion(), changes).map(({ headers, ...request }) => ({
      ...request,
      headers: { ...headers, 'sec-fetch-site': 'cross-site' },
    }));
    await expectRefused(served, elsewhere, [403]);
  });
});
