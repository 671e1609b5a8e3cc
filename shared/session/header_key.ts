import type { Session } from '../model/config.ts';
import { cookiePairs, cookieValue, withoutOurCookies } from './cookies.ts';

/**
 * What a request's session goes by where affinity is by `header`: the values of the named headers and cookies.
 * @returns undefined: it is in no session, for it has none of them, or not all where all are required
 */
export function headerKey(
  headers: Headers,
  session: Pick<Session, 'headers' | 'require_all_headers'>,
): string | undefined {
  const values = session.headers.flatMap((name) => valuesOf(headers, name));
  const found = values.filter((value) => value !== null).length;
  if (found === 0 || (session.require_all_headers && found < values.length)) return undefined;
  // As JSON no value can pass for two.
  return JSON.stringify(values);
}

/** Null for each that is not there. */
function valuesOf(headers: Headers, name: string): (string | null)[] {
  if (!/^cookie(:|$)/.test(name)) return [headers.get(name)];
  const cookies = withoutOurCookies(headers.get('cookie') ?? '');
  if (name === 'cookie') return [cookies === '' ? null : inOneOrder(cookies)];
  return name
    .slice('cookie:'.length)
    .split(',')
    .map((cookie) => cookieValue(cookies, cookie) ?? null);
}

/** The same cookies are the same session, in whatever order a client sends them. */
function inOneOrder(cookies: string): string {
  return cookiePairs(cookies)
    .map((pair) => pair.trim())
    .sort()
    .join(';');
}
