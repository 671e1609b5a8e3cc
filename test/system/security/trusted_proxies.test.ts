import { afterAll, beforeAll, expect, it } from 'vitest';
import { clientNumber } from '../../../shared/hashing/client_key.ts';
import { CLAIM_RULES } from '../../../tools/docs/claim_rules.ts';
import { configFor } from '../../../tools/harness/config.ts';
import { type Echo, type Origin, startOrigin } from '../../../tools/harness/origin.ts';
import { eventually } from '../harness/eventually.ts';
import { type Plimsoll, startPlimsoll } from '../harness/plimsoll.ts';

let origin: Origin;
let plimsoll: Plimsoll;
beforeAll(async () => {
  origin = await startOrigin();
  plimsoll = await startPlimsoll({
    config: configFor([origin], { balancer: { trusted_proxies: ['10.0.0.0/8', '2001:db8:ffff::/48'] } }),
  });
});
afterAll(async () => {
  await plimsoll?.stop();
  await origin?.stop();
});

/** Sends a request from `peer`. @returns the headers that the origin gets, and the number of the client in the data point */
async function sentBy(peer: string, path: string, headers: Record<string, string>) {
  const response = await fetch(`${plimsoll.url}/echo/${path}`, {
    headers: { 'cf-connecting-ip': peer, ...headers },
  });
  const echo = (await response.json()) as Echo;
  const point = await eventually(() => plimsoll.points.find((each) => each.path === `/echo/${path}`));
  return { headers: echo.headers, client: point.client };
}

const CLAIMS = {
  'x-forwarded-for': '6.6.6.6, 198.51.100.9, 10.2.3.4',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'shop.example.com',
};

it('believes a trusted proxy: extends its chain, and takes the last untrusted hop for the client', async () => {
  const { headers, client } = await sentBy('10.0.0.1', 'trusted', CLAIMS);
  expect(headers).toMatchObject({
    'x-forwarded-for': '6.6.6.6, 198.51.100.9, 10.2.3.4, 10.0.0.1',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'shop.example.com',
    forwarded: 'for=198.51.100.9;host=shop.example.com;proto=https',
  });
  expect(client).toBe(clientNumber('198.51.100.9'));
});

it('passes on any header in which a trusted proxy names the client', async () => {
  const said = CLAIM_RULES.map(({ id }) => [
    id.toLowerCase(),
    id === 'X-Real-IP' ? '10.0.0.1' : `said-${id}`,
  ]);
  const { headers } = await sentBy('10.0.0.1', 'claims', Object.fromEntries(said));
  expect(said.filter(([name = '', value]) => headers[name] !== value)).toEqual([]);
});

it.each([
  ['a port', { 'x-forwarded-for': '198.51.100.9:51234' }, '198.51.100.9'],
  ['brackets and a port', { 'x-forwarded-for': '[2001:db8::7]:443, 10.2.3.4:80' }, '2001:db8::7'],
  [
    'Forwarded',
    { forwarded: 'for="[2001:db8::7]:443";proto=https;host=shop.test, for=10.2.3.4' },
    '2001:db8::7',
  ],
])('accepts %s from a trusted proxy', async (what, headers, address) => {
  const sent = await sentBy('10.0.0.1', encodeURIComponent(what), headers);
  expect(sent.client).toBe(clientNumber(address));
  expect(sent.headers['forwarded']).toContain(address);
  expect(sent.headers['x-forwarded-for']).toMatch(/, 10\.0\.0\.1$/);
});

it('tells an origin the scheme and host that were written about the client', async () => {
  const { headers } = await sentBy('10.0.0.1', 'schemes', {
    'x-forwarded-for': '198.51.100.9, 10.2.3.4',
    'x-forwarded-proto': 'https, http',
    'x-forwarded-host': 'shop.test, lb.internal',
  });
  expect(headers).toMatchObject({ 'x-forwarded-proto': 'https', 'x-forwarded-host': 'shop.test' });
});

it('believes no other peer, even if it names a trusted proxy', async () => {
  const { headers, client } = await sentBy('192.0.2.1', 'stranger', {
    ...CLAIMS,
    'x-forwarded-for': '6.6.6.6, 10.0.0.1',
  });
  expect(headers).toMatchObject({ 'x-forwarded-for': '192.0.2.1', 'x-forwarded-proto': 'http' });
  expect(JSON.stringify(headers)).not.toMatch(/6\.6\.6\.6|shop/);
  expect(client).toBe(clientNumber('192.0.2.1'));
});
