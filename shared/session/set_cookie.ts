import type { Session } from '../model/config.ts';

/** The fields that the cookie's attributes depend on. */
type Attributes = Pick<Session, 'cookie' | 'ttl_ms' | 'samesite' | 'secure'>;

/**
 * A `Set-Cookie` header that starts a session, for one host and the balancer's path. Scripts cannot read the cookie.
 *
 * With `Auto`, the cookie is `Secure` if the client uses HTTPS. It is then `SameSite=None`, so that sessions work in frames of
 * other sites, and otherwise `Lax`. `None` without `Secure` also becomes `Lax`, because browsers refuse it (RFC 6265bis).
 * @param path of the balancer
 * @param https whether the client uses HTTPS
 */
export function setCookie(session: Attributes, value: string, path: string, https: boolean): string {
  const secure = session.secure === 'Always' || (session.secure === 'Auto' && https);
  const none = session.samesite === 'None' || session.samesite === 'Auto';
  const samesite = none ? (secure ? 'None' : 'Lax') : session.samesite;
  return [
    `${session.cookie}=${value}`,
    // A semicolon would end the attribute.
    `Path=${/^[\x21-\x7e]+$/.test(path) && !path.includes(';') ? path : '/'}`,
    `Max-Age=${Math.round(session.ttl_ms / 1_000)}`,
    'HttpOnly',
    ...(secure ? ['Secure'] : []),
    `SameSite=${samesite}`,
  ].join('; ');
}
