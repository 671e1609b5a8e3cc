import { describe, expect, it } from 'vitest';
import type { Session } from '../../../shared/model/config.ts';
import { setCookie } from '../../../shared/session/set_cookie.ts';
import { session } from '../../support/normalised.ts';

type Attributes = Partial<Pick<Session, 'samesite' | 'secure'>>;

describe('setCookie', () => {
  it('covers one host and path, lasts as long as the session, and is hidden from scripts', () => {
    const one = session({ cookie: '__plimsoll_0123abcd', ttl_ms: 1_800_000 });
    expect(setCookie(one, 'VALUE', '/api', true)).toBe(
      '__plimsoll_0123abcd=VALUE; Path=/api; Max-Age=1800; HttpOnly; Secure; SameSite=None',
    );
  });

  it.each<[Attributes, string, string]>([
    [{}, 'Secure; SameSite=None', 'SameSite=Lax'],
    [{ samesite: 'Lax' }, 'Secure; SameSite=Lax', 'SameSite=Lax'],
    [{ samesite: 'Strict' }, 'Secure; SameSite=Strict', 'SameSite=Strict'],
    // Browsers refuse None without Secure.
    [{ samesite: 'None' }, 'Secure; SameSite=None', 'SameSite=Lax'],
    [{ samesite: 'None', secure: 'Always' }, 'Secure; SameSite=None', 'Secure; SameSite=None'],
    [{ secure: 'Always' }, 'Secure; SameSite=None', 'Secure; SameSite=None'],
    [{ secure: 'Never' }, 'SameSite=Lax', 'SameSite=Lax'],
    [{ secure: 'Never', samesite: 'Strict' }, 'SameSite=Strict', 'SameSite=Strict'],
  ])('with %j is over https %s, over http %s', (attributes, over_https, over_http) => {
    const ends = (https: boolean) => setCookie(session(attributes), 'V', '/', https).split('HttpOnly; ')[1];
    expect(ends(true)).toBe(over_https);
    expect(ends(false)).toBe(over_http);
  });

  it('covers the whole host if the path would end the attribute or is not ASCII', () => {
    for (const path of ['/a;b', '/é']) expect(setCookie(session(), 'V', path, true)).toContain('; Path=/; ');
  });
});
