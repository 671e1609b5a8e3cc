import { describe, expect, it } from 'vitest';
import { parseRange, type Range } from '../../../../shared/ip/range.ts';
import { clientOf } from '../../../../workers/gateway/request/client.ts';
import { parseRequestUrl } from '../../../../workers/gateway/request/request_url.ts';

const TRUSTED = ['10.0.0.0/8', '2001:db8:ffff::/48'].map((text) => parseRange(text) as Range);
const URL = 'http://LB.internal.:8080/x';

function of(
  peer: string | undefined,
  headers: Record<string, string | undefined>,
  trusted: readonly Range[] | undefined = TRUSTED,
) {
  const received = new Headers();
  if (peer !== undefined) received.set('cf-connecting-ip', peer);
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) received.set(name, value);
  return clientOf(received, parseRequestUrl(URL), trusted);
}

/** Scheme and host of the request itself. */
const PLAIN = { scheme: 'http', host: 'LB.internal.:8080', hostname: 'lb.internal' };

describe('the client of a request from a peer that is not trusted', () => {
  it.each([
    ['claims to come from elsewhere', { 'x-forwarded-for': '198.51.100.9' }],
    ['claims to be a trusted proxy', { 'x-forwarded-for': '10.0.0.1' }],
    ['claims a scheme and a host', { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil.test' }],
    ['claims all of it in Forwarded', { forwarded: 'for=10.0.0.1;proto=https;host=evil.test' }],
    ['claims nothing', {}],
  ])('is the peer, though it %s', (_, headers) => {
    expect(of('192.0.2.1', headers)).toEqual({ address: '192.0.2.1', ...PLAIN });
  });

  it('is unknown if the platform sends no address, whatever the chain says', () => {
    expect(of(undefined, { 'x-forwarded-for': '198.51.100.9' })).toEqual({ address: '', ...PLAIN });
  });

  it('is the peer if no proxy is trusted', () => {
    const headers = new Headers({ 'cf-connecting-ip': '10.0.0.1', 'x-forwarded-for': '6.6.6.6' });
    expect(clientOf(headers, parseRequestUrl('https://a.test/'), undefined)).toEqual({
      address: '10.0.0.1',
      scheme: 'https',
      host: 'a.test',
      hostname: 'a.test',
    });
  });
});

describe('the client behind a trusted proxy', () => {
  it.each([
    ['one hop', '198.51.100.9', '198.51.100.9'],
    ['what the client wrote before it', '6.6.6.6, 10.0.0.9, 198.51.100.9', '198.51.100.9'],
    ['trusted hops behind it', '6.6.6.6,198.51.100.9 ,10.2.3.4, 10.0.0.1', '198.51.100.9'],
    ['trusted hops alone', '10.2.3.4, 10.3.3.3', '10.2.3.4'],
    ['an IPv6 hop', '2001:db8:1::1, 2001:db8:ffff::5', '2001:db8:1::1'],
    ['no chain', undefined, '10.0.0.1'],
    ['an empty chain', ' ', '10.0.0.1'],
    ['empty elements', ', 198.51.100.9,, 10.2.3.4,', '198.51.100.9'],
    ['ports', '6.6.6.6:1, 198.51.100.9:4711, 10.2.3.4:80', '198.51.100.9'],
    ['brackets', '[2001:db8:1::1]:443, [2001:db8:ffff::5]', '2001:db8:1::1'],
    ['quotes', '"[2001:db8:1::1]:443", "10.2.3.4"', '2001:db8:1::1'],
    ['a zone', 'fe80::1%eth0', 'fe80::1'],
    ['words', 'unknown', '10.0.0.1'],
    ['words to the right of the client', '198.51.100.9, _hidden, 10.2.3.4', '10.2.3.4'],
    ['a malformed port', '198.51.100.9:http', '10.0.0.1'],
  ])('is the rightmost hop that is not trusted, in a chain with %s', (_, chain, address) => {
    expect(of('10.0.0.1', { 'x-forwarded-for': chain })).toEqual({ address, proxy: '10.0.0.1', ...PLAIN });
  });

  it.each([
    ['https', 'https'],
    ['HTTPS', 'https'],
    ['http', 'http'],
    ['wss', 'https'],
    ['ws', 'http'],
    ['https, http', 'https'],
    [' , https,http', 'https'],
    ['gopher', 'http'],
    ['constructor', 'http'],
    ['', 'http'],
  ])('has the scheme of X-Forwarded-Proto %j: %s', (proto, scheme) => {
    expect(of('10.0.0.1', { 'x-forwarded-proto': proto }).scheme).toBe(scheme);
  });

  it.each([
    ['the client added one before the only proxy did', '198.51.100.9', 'https, http', 'http'],
    ['the client added one, and two proxies did', '198.51.100.9, 10.2.3.4', 'http, https, http', 'https'],
    ['each proxy added one', '198.51.100.9, 10.2.3.4', 'https, http', 'https'],
    ['only the first proxy wrote one', '198.51.100.9, 10.2.3.4', 'https', 'https'],
    ['the client forged both chains', '6.6.6.6, 198.51.100.9', 'https, http', 'http'],
    ['the last hop is unknown', '198.51.100.9, unknown, 10.2.3.4', 'http, https, http', 'https'],
  ])('has the scheme and host that were written about it when %s', (_, chain, proto, scheme) => {
    const client = of('10.0.0.1', {
      'x-forwarded-for': chain,
      'x-forwarded-proto': proto,
      'x-forwarded-host': proto.replaceAll('https', 'a.test').replaceAll('http', 'b.test'),
    });
    expect([client.scheme, client.host]).toEqual([scheme, scheme === 'https' ? 'a.test' : 'b.test']);
  });

  it.each([
    ['Shop.example.com', 'Shop.example.com', 'shop.example.com'],
    ['shop.example.com.:8443', 'shop.example.com.:8443', 'shop.example.com'],
    ['[2001:db8::1]:8443', '[2001:db8::1]:8443', '[2001:db8::1]'],
    ['shop.example.com, lb.internal', 'shop.example.com', 'shop.example.com'],
    ['a";for=6.6.6.6', PLAIN.host, PLAIN.hostname],
    ['user@shop.example.com', PLAIN.host, PLAIN.hostname],
    ['shop.example.com/path', PLAIN.host, PLAIN.hostname],
    ['', PLAIN.host, PLAIN.hostname],
  ])('has the host of X-Forwarded-Host %j: %s', (written, host, hostname) => {
    expect(of('10.0.0.1', { 'x-forwarded-host': written })).toMatchObject({ host, hostname });
  });
});

describe('Forwarded of a trusted proxy', () => {
  const FORWARDED =
    'for=6.6.6.6;proto=http, for="[2001:db8:1::1]:4711";proto=https;host=shop.test, for=10.2.3.4;proto=http;host=lb';

  it('gives address, scheme and host if X-Forwarded-For says nothing', () => {
    const said = {
      address: '2001:db8:1::1',
      scheme: 'https',
      host: 'shop.test',
      hostname: 'shop.test',
      proxy: '10.0.0.1',
    };
    expect(of('10.0.0.1', { forwarded: FORWARDED })).toEqual(said);
    // Cloudflare's edge has begun the chain.
    expect(of('10.0.0.1', { forwarded: FORWARDED, 'x-forwarded-for': '10.0.0.1' })).toEqual(said);
  });

  it('is not read if there is an X-Forwarded-For', () => {
    expect(of('10.0.0.1', { forwarded: FORWARDED, 'x-forwarded-for': '198.51.100.9' })).toEqual({
      address: '198.51.100.9',
      proxy: '10.0.0.1',
      ...PLAIN,
    });
  });

  it.each(['for=unknown', 'for=_hidden', 'proto=https', 'nonsense'])(
    'ends the chain at an element without an address (%s)',
    (last) => {
      expect(of('10.0.0.1', { forwarded: `for=198.51.100.9, ${last}` }).address).toBe('10.0.0.1');
    },
  );

  it('leaves scheme and host to X-Forwarded-Proto and -Host if it does not name them', () => {
    const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'shop.test' };
    expect(of('10.0.0.1', { forwarded: 'for=198.51.100.9', ...headers })).toMatchObject({
      address: '198.51.100.9',
      scheme: 'https',
      host: 'shop.test',
    });
  });
});
