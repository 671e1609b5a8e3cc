import { isSession } from './secrets.ts';

/**
 * `__Host-` makes browsers refuse the cookie unless it is Secure, for `/`, and set by this very host. SameSite=Strict: no link and no
 * form of another site sends it.
 * https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis section 4.1.3
 */
export const SESSION_COOKIE = '__Host-plimsoll';
const ATTRIBUTES = 'HttpOnly; Secure; SameSite=Strict; Path=/';

/** How long a session lasts: one working day. */
export const SESSION_MS = 12 * 3_600_000;

/**
 * Reads the session of a request.
 * @param cookies the header Cookie; null: there is none
 * @returns undefined: none. Two cookies of that name are none either, because a browser sends one
 */
export function sessionIn(cookies: string | null): string | undefined {
  const found = (cookies ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${SESSION_COOKIE}=`))
    .map((pair) => pair.slice(SESSION_COOKIE.length + 1));
  const [session] = found;
  return found.length === 1 && session !== undefined && isSession(session) ? session : undefined;
}

/** The header Set-Cookie of a new session. */
export function setSession(session: string): string {
  return `${SESSION_COOKIE}=${session}; ${ATTRIBUTES}; Max-Age=${SESSION_MS / 1_000}`;
}

/** The header Set-Cookie that makes a browser forget its session. */
export function forgetSession(): string {
  return `${SESSION_COOKIE}=; ${ATTRIBUTES}; Max-Age=0`;
}
