import { describe, expect, it } from 'vitest';
import { HttpError } from '../../../../shared/errors.ts';
import { parseRequestUrl } from '../../../../workers/gateway/request/request_url.ts';

describe('parseRequestUrl', () => {
  it.each([
    ['http://App.Example.com/a%2Fb//c?x=%20', 'app.example.com', '/a%2Fb//c', '/a%2Fb//c?x=%20'],
    ['https://app.example.com:8443/', 'app.example.com', '/', '/'],
    ['http://app.example.com./x', 'app.example.com', '/x', '/x'],
    ['http://[::1]:8080/x?', '[::1]', '/x', '/x?'],
    ['http://app.example.com', 'app.example.com', '/', '/'],
    ['http://app.example.com?q', 'app.example.com', '/', '/?q'],
    [
      'http://a/x%2e%2e/..b/.../%2E%2Fb?c=/../d?e',
      'a',
      '/x%2e%2e/..b/.../%2E%2Fb',
      '/x%2e%2e/..b/.../%2E%2Fb?c=/../d?e',
    ],
  ])('splits %s without changing a byte of its path', (url, host, path, path_and_query) => {
    expect(parseRequestUrl(url)).toMatchObject({ host, path, path_and_query });
  });

  // The runtime rewrites these on the way to an origin, so they must not be matched as received.
  it.each([
    ['/public/../admin', '/admin'],
    ['/public/%2e%2E/admin?a=/../b', '/admin?a=/../b'],
    ['/public/.%2e/./%2e/admin/..', '/'],
    ['/public\\..\\admin?', '/admin?'],
    ['/..//evil.example/x', '//evil.example/x'],
    ['/../../..', '/'],
  ])('resolves the dot segments of %s', (sent, path_and_query) => {
    expect(parseRequestUrl(`http://host${sent}`).path_and_query).toBe(path_and_query);
  });

  it('keeps scheme and authority as the client used them', () => {
    expect(parseRequestUrl('https://App.example.com:8443/x').origin).toBe('https://App.example.com:8443');
  });

  it.each(['http:///x', 'http://user@host/x', 'http://a b/x', 'http://a,b/', 'http://host:port/'])(
    'rejects the malformed authority of %s with 400',
    (url) => {
      expect(() => parseRequestUrl(url)).toThrow(HttpError);
      expect(() => parseRequestUrl(url)).toThrow('malformed Host');
    },
  );

  it.each(['host/x', 'host?x', 'host#x', 'user@host', ''])(
    'rejects the malformed Host "%s", whatever URL the runtime made of it',
    (host) => {
      expect(() => parseRequestUrl('http://host/x', host)).toThrow('malformed Host');
    },
  );

  it.each(['host', 'HOST:80', 'other.example'])('uses the URL if the Host is %s', (host) => {
    expect(parseRequestUrl('http://host/x', host).host).toBe('host');
  });
});
