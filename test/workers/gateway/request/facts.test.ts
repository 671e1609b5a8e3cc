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

  it('returns the empty string if the platform does not know the fact', () => {
    const bare = { ...asked, request: new Request(URL_TEXT), client: { ...asked.client, address: '' } };
    for (const name of ['client_address', 'country', 'region', 'colo', 'position'] as const) {
      expect(factOf(name, bare)).toBe('');
    }
  });
});

describe('facts of cookies', () => {
  const withCookies = (...lines: string[]) => {
    const headers = new Headers();
    for (const line of lines) headers.append('cookie', line);
    return { ...asked, request: new Request(URL_TEXT, { headers }) };
  };

  it('are the same whether a client sends its cookies on one line or on two', () => {
    expect(factOf('cookie:user', withCookies('x=1', 'user=42'))).toBe('42');
    expect(factOf('cookie:user', withCookies('x=1; user=42', 'y=2'))).toBe('42');
  });

  it('leave the session cookie out of `header:cookie`', () => {
    const headers = withCookies('a=1; __plimsoll=x; b=2');
    expect(factOf('header:cookie', headers)).toBe('a=1; b=2');
    expect(factOf('header:Cookie' as FactName, headers)).toBe('a=1; b=2');
  });
});

describe('factsOf', () => {
  it('returns the plain facts, and a header only if it was asked for', () => {
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
  ])('makes of CF-IPCountry %s, if the platform says %j: %j', (claimed, cf, left) => {
    const claims = new Request(URL_TEXT, {
      headers: { 'cf-ipcountry': claimed },
      ...(cf && { cf }),
    } as RequestInit);
    const headers = new Headers(claims.headers);
    dropForged(headers, claims);
    expect(headers.get('cf-ipcountry')).toBe(left);
  });
});
