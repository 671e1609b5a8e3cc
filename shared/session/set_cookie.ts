import type { Session } from '../model/config.ts';

/** What of {@link Session} the attributes of its cookie depend on. */
type Attributes = Pick<Session, 'cookie' | 'ttl_ms' | 'samesite' | 'secure'>;

/**
 * A `Set-Cookie` header that begins a session. It is for one host and the balancer's path, and no script reads it.
 *
 * `Auto`: `Secure` where the client uses HTTPS; `SameSite=None` where it is Secure, for a page in somebody's frame has
 * sessions as well, else `Lax`. Browsers refuse `None` without `Secure` (RFC 6265bis), so that it is `Lax` then too.
 * @param path of the balancer
 * @param https whether the client uses it
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
