import { describe, expect, it } from 'vitest';
import type { FactName } from '../../../../shared/contracts/facts.ts';
import { clientOf } from '../../../../workers/gateway/request/client.ts';
import { dropForged, factOf, factsOf } from '../../../../workers/gateway/request/facts.ts';
import { parseRequestUrl } from '../../../../workers/gateway/request/request_url.ts';

const URL_TEXT = 'https://app.example.com/a/b?tenant=t%201&x=1';
const request = new Request(URL_TEXT, {
  method: 'PUT',
  headers: { 'cf-connecting-ip': '2001:db8::1', 'x-tenant': 'acme', cookie: 'a=1; session=s=1; session=s2' },
  cf: { country: 'DE', regionCode: 'BE', colo: 'FRA', latitude: '52.6', longitude: '13.4' },
} as RequestInit);
const url = parseRequestUrl(URL_TEXT);
const asked = { request, url, client: clientOf(request.headers, url, undefined) };

describe('factOf', () => {
  it.each<[FactName, string]>([
    ['client_address', '2001:db8::1'],
    ['country', 'DE'],
    ['region', 'WEU'],
    ['colo', 'FRA'],
    ['position', '53,13'],
    ['host', 'app.example.com'],
    ['path', '/a/b'],
    ['method', 'PUT'],
    ['header:x-tenant', 'acme'],
    ['header:x-absent', ''],
    ['cookie:session', 's=1'],
    ['cookie:absent', ''],
    ['query:tenant', 't 1'],
    ['query:absent', ''],
  ])('%s is %j', (name, value) => {
    expect(factOf(name, asked)).toBe(value);
  });

  it('is empty where the platform does not know', () => {
    const bare = { ...asked, request: new Request(URL_TEXT), client: { ...asked.client, address: '' } };
    for (const name of ['client_address', 'country', 'region', 'colo', 'position'] as const) {
      expect(factOf(name, bare)).toBe('');
    }
  });
});

describe('the fact of cookies', () => {
  const withCookies = (...lines: string[]) => {
    const headers = new Headers();
    for (const line of lines) headers.append('cookie', line);
    return { ...asked, request: new Request(URL_TEXT, { headers }) };
  };

  it('is the same whether a client sends its cookies in one line or in two', () => {
    expect(factOf('cookie:user', withCookies('x=1', 'user=42'))).toBe('42');
    expect(factOf('cookie:user', withCookies('x=1; user=42', 'y=2'))).toBe('42');
  });

  it('leaves the cookie of a session out of `header:cookie`', () => {
    const headers = withCookies('a=1; __plimsoll=x; b=2');
    expect(factOf('header:cookie', headers)).toBe('a=1; b=2');
    expect(factOf('header:Cookie' as FactName, headers)).toBe('a=1; b=2');
  });
});

describe('factsOf', () => {
  it('carries the plain facts, and a header only when it was asked for', () => {
    expect(factsOf([], asked)).not.toHaveProperty('header:x-tenant');
    expect(factsOf(['header:x-tenant'], asked)).toMatchObject({
      country: 'DE',
      'header:x-tenant': 'acme',
    });
  });
});

describe('dropForged', () => {
  it.each([
    ['DE', { country: 'DE' }, 'DE'],
    ['FR', { country: 'DE' }, null],
    ['FR', undefined, null],
  ])('of a CF-IPCountry %s where the platform says %j leaves %j', (claimed, cf, left) => {
    const claims = new Request(URL_TEXT, {
      headers: { 'cf-ipcountry': claimed },
      ...(cf && { cf }),
    } as RequestInit);
    const headers = new Headers(claims.headers);
    dropForged(headers, claims);
    expect(headers.get('cf-ipcountry')).toBe(left);
  });
});
