import { describe, expect, it } from 'vitest';
import { authorize, authorizePublisher } from '../../../workers/console/auth.ts';

const with_ = (authorization?: string) =>
  new Request('https://console.example.com/', {
    headers: authorization === undefined ? {} : { authorization },
  });
const basic = (pair: string) => `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(pair)))}`;

describe('authorize', () => {
  it.each([
    ['a bearer token', 'Bearer sesame'],
    ['a lower-case scheme', 'bearer sesame'],
    ['the password, with any user name', basic('anyone:sesame')],
    ['the password, without a user name', basic(':sesame')],
  ])('accepts %s', async (_, authorization) => {
    await expect(authorize(with_(authorization), { CONSOLE_TOKEN: 'sesame' })).resolves.toBeUndefined();
  });

  it('reads a non-ASCII password as UTF-8', async () => {
    await expect(authorize(with_(basic(':sésame')), { CONSOLE_TOKEN: 'sésame' })).resolves.toBeUndefined();
  });

  it.each([
    ['nothing', undefined],
    ['a wrong token', 'Bearer sesam'],
    ['the beginning of the token', 'Bearer s'],
    ['an empty token', 'Bearer '],
    ['a wrong password', basic('admin:sesam')],
    ['the token as user name', basic('sesame')],
    ['malformed Basic', 'Basic %%%'],
    ['another scheme', 'Digest sesame'],
  ])('rejects %s', async (_, authorization) => {
    await expect(authorize(with_(authorization), { CONSOLE_TOKEN: 'sesame' })).rejects.toMatchObject({
      status: 401,
      headers: { 'www-authenticate': expect.stringContaining('Basic') },
    });
  });

  it.each([
    ['is not set', {}],
    ['is empty', { CONSOLE_TOKEN: '' }],
    ['is not set and LOCAL is not exactly "true"', { LOCAL: 'false' }],
  ])('rejects everyone, and says what to do, when the token %s', async (_, env) => {
    await expect(authorize(with_('Bearer '), env)).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining('wrangler secret put CONSOLE_TOKEN -c wrangler.console.toml'),
    });
  });

  it('is open locally unless a token is set', async () => {
    const here = new Request('http://127.0.0.1:8788/');
    await expect(authorize(here, { LOCAL: 'true' })).resolves.toBeUndefined();
    await expect(authorize(with_(), { LOCAL: 'true', CONSOLE_TOKEN: 'sesame' })).rejects.toMatchObject({
      status: 401,
    });
  });

  it.each([
    ['a foreign host name that resolves to this machine', { host: 'rebound.example' }],
    ['a page of another site', { host: 'localhost:8788', origin: 'https://evil.example' }],
    [
      'a script tag of another site',
      { host: 'localhost:8788', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
    ],
  ])('locally rejects %s', async (_, headers) => {
    const request = new Request('http://localhost:8788/api/status', { headers });
    await expect(authorize(request, { LOCAL: 'true' })).rejects.toMatchObject({ status: 403 });
  });

  it.each([
    ['its own page', { host: 'localhost:8788', origin: 'http://localhost:8788' }],
    ['the command line', { host: '127.0.0.1:8788' }],
    [
      'a link from another site',
      { host: 'localhost:8788', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
    ],
  ])('locally accepts %s', async (_, headers) => {
    const request = new Request('http://localhost:8788/', { headers });
    await expect(authorize(request, { LOCAL: 'true' })).resolves.toBeUndefined();
  });
});

describe('authorizePublisher', () => {
  it('accepts its own token, as a bearer token alone', async () => {
    const env = { PUBLISH_TOKEN: 'sesame' };
    await expect(authorizePublisher(with_('Bearer sesame'), env)).resolves.toBeUndefined();
    for (const wrong of [undefined, 'Bearer sesam', basic('anyone:sesame')])
      await expect(authorizePublisher(with_(wrong), env)).rejects.toMatchObject({
        status: 401,
        headers: { 'www-authenticate': expect.stringContaining('Bearer') },
      });
  });

  it.each([
    ['is not set', {}],
    ['is empty', { PUBLISH_TOKEN: '' }],
    ['is not set and LOCAL is not exactly "true"', { LOCAL: 'false' }],
  ])('rejects everyone, and says what to do, when the token %s', async (_, env) => {
    await expect(authorizePublisher(with_('Bearer sesame'), env)).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining('wrangler secret put PUBLISH_TOKEN -c wrangler.console.toml'),
    });
  });

  it('is open locally without a token, but not to pages of other sites', async () => {
    const here = (headers: Record<string, string> = {}) => new Request('http://127.0.0.1:8788/', { headers });
    await expect(authorizePublisher(here(), { LOCAL: 'true' })).resolves.toBeUndefined();
    const foreign = here({ origin: 'https://evil.example' });
    await expect(authorizePublisher(foreign, { LOCAL: 'true' })).rejects.toMatchObject({ status: 403 });
  });
});
