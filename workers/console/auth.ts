import { HttpError } from '../../shared/errors.ts';
import { foreignRequest } from '../../shared/ip/loopback.ts';
import type { Env } from './env.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Requires CONSOLE_TOKEN, which shows everything and changes nothing: as `Authorization: Bearer`, or as the password of HTTP Basic
 * with any user name, so that a browser can open the page. The console shows addresses, so if no token is set it is open only
 * locally, and only to its own pages.
 * @throws {HttpError} 401 if the token is missing or wrong; 403 if no token is set or, locally, if another site asks
 */
export async function authorize(
  request: Request,
  { CONSOLE_TOKEN, LOCAL }: Pick<Env, 'CONSOLE_TOKEN' | 'LOCAL'>,
): Promise<void> {
  if (!CONSOLE_TOKEN)
    return requireLocal(
      request,
      LOCAL,
      'CONSOLE_TOKEN is not set, so the console is closed',
      'CONSOLE_TOKEN',
    );
  const token = tokenIn(request.headers.get('authorization') ?? '');
  if (token !== undefined && (await same(token, CONSOLE_TOKEN))) return;
  const headers = { 'www-authenticate': 'Basic realm="Plimsoll console", charset="UTF-8"' };
  const message = 'Authorization has no valid token: send `Bearer TOKEN`, or TOKEN as the password of Basic';
  throw new HttpError(401, message, { headers });
}

/**
 * Requires PUBLISH_TOKEN, because an announced configuration changes what all gateways do. It is accepted as
 * `Authorization: Bearer` alone, which no browser stores.
 * @throws {HttpError} as {@link authorize}
 */
export async function authorizePublisher(
  request: Request,
  { PUBLISH_TOKEN, LOCAL }: Pick<Env, 'PUBLISH_TOKEN' | 'LOCAL'>,
): Promise<void> {
  if (!PUBLISH_TOKEN)
    return requireLocal(
      request,
      LOCAL,
      'PUBLISH_TOKEN is not set, so nothing can be announced',
      'PUBLISH_TOKEN',
    );
  const token = credentialsIn(request.headers.get('authorization') ?? '', 'bearer');
  if (token !== undefined && (await same(token, PUBLISH_TOKEN))) return;
  const headers = { 'www-authenticate': 'Bearer realm="Plimsoll publications"' };
  throw new HttpError(401, 'Authorization has no valid token: send `Bearer` and PUBLISH_TOKEN', { headers });
}

/** @throws {HttpError} 403 unless the console is local, and not asked by another site */
function requireLocal(request: Request, LOCAL: string | undefined, why: string, secret: string): void {
  if (LOCAL !== 'true')
    throw new HttpError(403, `${why}: run \`wrangler secret put ${secret} -c wrangler.console.toml\``);
  const foreign = foreignRequest((name) => request.headers.get(name) ?? hostOf(request, name));
  if (foreign !== undefined) throw new HttpError(403, foreign);
}

/** The host of the URL. Requests in tests have no Host header. */
function hostOf(request: Request, name: string): string | null {
  return name === 'host' ? new URL(request.url).host : null;
}

/** The credentials of an `Authorization` header. @returns undefined if it has another scheme */
function credentialsIn(authorization: string, scheme: 'bearer' | 'basic'): string | undefined {
  const [given = '', credentials = ''] = authorization.split(/ +(.*)/, 2);
  return given.toLowerCase() === scheme ? credentials.trim() : undefined;
}

function tokenIn(authorization: string): string | undefined {
  const bearer = credentialsIn(authorization, 'bearer');
  if (bearer !== undefined) return bearer;
  const basic = credentialsIn(authorization, 'basic');
  if (basic === undefined) return undefined;
  try {
    const bytes = Uint8Array.from(atob(basic), (char) => char.charCodeAt(0));
    const pair = decoder.decode(bytes);
    const colon = pair.indexOf(':');
    return colon < 0 ? undefined : pair.slice(colon + 1);
  } catch {
    return undefined;
  }
}

/** Compares in constant time. The hashes have equal lengths, so the length of the token is not revealed either. */
async function same(a: string, b: string): Promise<boolean> {
  const digest = (text: string) => crypto.subtle.digest('SHA-256', encoder.encode(text));
  return crypto.subtle.timingSafeEqual(await digest(a), await digest(b));
}
