import type { Session } from '../model/config.ts';
import { cookiePairs, cookieValue, withoutOurCookies } from './cookies.ts';

/**
 * The key of a request's session for affinity by `header`: the values of the named headers and cookies.
 * @returns undefined: it is in no session, because it has none of them, or not all although all are required
 */
export function headerKey(
  headers: Headers,
  session: Pick<Session, 'headers' | 'require_all_headers'>,
): string | undefined {
  const values = session.headers.flatMap((name) => valuesOf(headers, name));
  const found = values.filter((value) => value !== null).length;
  if (found === 0 || (session.require_all_headers && found < values.length)) return undefined;
  // JSON keeps one value from looking like two.
  return JSON.stringify(values);
}

/** Null for each missing value. */
function valuesOf(headers: Headers, name: string): (string | null)[] {
  if (!/^cookie(:|$)/.test(name)) return [headers.get(name)];
  const cookies = withoutOurCookies(headers.get('cookie') ?? '');
  if (name === 'cookie') return [cookies === '' ? null : inOneOrder(cookies)];
  return name
    .slice('cookie:'.length)
    .split(',')
    .map((cookie) => cookieValue(cookies, cookie) ?? null);
}

/** Sorted, because the order in which a client sends its cookies must not change the session. */
function inOneOrder(cookies: string): string {
  return cookiePairs(cookies)
    .map((pair) => pair.trim())
    .sort()
    .join(';');
}
