import { HttpError } from '../../shared/errors.ts';
import { foreignRequest } from '../../shared/ip/loopback.ts';
import type { Env } from './env.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Lets a request in that has the token: as `Authorization: Bearer`, or as the password of HTTP Basic (any user name), so that a
 * browser can open the page. The console shows addresses, so without a token it opens only locally, and not to pages of other
 * sites.
 * @throws {HttpError} 403 if no token is set or another site asks, 401 if it is missing or wrong
 */
export async function authorize(
  request: Request,
  { CONSOLE_TOKEN, LOCAL }: Pick<Env, 'CONSOLE_TOKEN' | 'LOCAL'>,
): Promise<void> {
  if (!CONSOLE_TOKEN) {
    if (LOCAL === 'true') {
      const foreign = foreignRequest((name) => request.headers.get(name) ?? hostOf(request, name));
      if (foreign === undefined) return;
      throw new HttpError(403, foreign);
    }
    throw new HttpError(
      403,
      'The console is closed until it has a token: run `wrangler secret put CONSOLE_TOKEN -c wrangler.console.toml`',
    );
  }
  const token = tokenIn(request.headers.get('authorization') ?? '');
  if (token !== undefined && (await same(token, CONSOLE_TOKEN))) return;
  throw new HttpError(401, 'Unauthorized', {
    headers: { 'www-authenticate': 'Basic realm="Plimsoll console", charset="UTF-8"' },
  });
}

/** The host of the URL, for a request without a Host header, such as that of a test. */
function hostOf(request: Request, name: string): string | null {
  return name === 'host' ? new URL(request.url).host : null;
}

function tokenIn(authorization: string): string | undefined {
  const [scheme = '', credentials = ''] = authorization.split(/ +(.*)/, 2);
  if (scheme.toLowerCase() === 'bearer') return credentials.trim();
  if (scheme.toLowerCase() !== 'basic') return undefined;
  try {
    const bytes = Uint8Array.from(atob(credentials.trim()), (char) => char.charCodeAt(0));
    const pair = decoder.decode(bytes);
    const colon = pair.indexOf(':');
    return colon < 0 ? undefined : pair.slice(colon + 1);
  } catch {
    return undefined;
  }
}

/** Compares in constant time. Both are hashed first, because the comparison needs equal lengths and must not reveal them. */
async function same(a: string, b: string): Promise<boolean> {
  const digest = (text: string) => crypto.subtle.digest('SHA-256', encoder.encode(text));
  return crypto.subtle.timingSafeEqual(await digest(a), await digest(b));
}
