import { describe, expect, it } from 'vitest';
import { makePrivate } from '../../../shared/session/make_private.ts';

function made(before: Record<string, string>) {
  const headers = new Headers(before);
  makePrivate(headers);
  return Object.fromEntries(headers);
}

describe('makePrivate', () => {
  it.each([
    ['', 'private'],
    ['public, max-age=60, s-maxage=600', 'private, max-age=60'],
    ['max-age=60, must-revalidate', 'private, max-age=60, must-revalidate'],
    ['no-cache', 'private, no-cache'],
    ['Public , S-MaxAge=5', 'private'],
    ['no-store', 'no-store'],
    ['private, max-age=60', 'private, max-age=60'],
    ['PRIVATE', 'PRIVATE'],
    // With a list of fields it forbids no cache to keep the rest.
    ['private="set-cookie, x", max-age=60', 'private, max-age=60'],
    ['no-cache="set-cookie, public", public', 'private, no-cache="set-cookie, public"'],
    ['max-age=60, ext="a\\", public"', 'private, max-age=60, ext="a\\", public"'],
    [',, ,public,', 'private'],
  ])('makes of "%s" "%s"', (before, after) => {
    expect(made(before === '' ? {} : { 'cache-control': before })['cache-control']).toBe(after);
  });

  it('removes the headers of other caches', () => {
    const before = {
      'cdn-cache-control': 'max-age=600',
      'cloudflare-cdn-cache-control': 'max-age=600',
      'surrogate-control': 'max-age=600',
      expires: 'Thu, 01 Jan 2099 00:00:00 GMT',
    };
    expect(made(before)).toEqual({ 'cache-control': 'private', expires: before.expires });
  });
});
