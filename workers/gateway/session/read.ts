import { clientKey } from '../../../shared/hashing/client_key.ts';
import type { Origin, Session } from '../../../shared/model/config.ts';
import { cookieValues } from '../../../shared/session/cookies.ts';
import { headerKey } from '../../../shared/session/header_key.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { mark } from '../exchange/trace.ts';
import { cookieOf } from './cookie_of.ts';

/** What a request says about its session. */
export interface Claim {
  session: Session;
  /** The origin that its cookie names. Undefined: it has no valid cookie, or the origin is gone. */
  origin: Origin | undefined;
  /**
   * Chooses an origin if there is no cookie or the origin of the cookie is away. The same key chooses the same origin in every
   * isolate. It is the cookie's value, otherwise the client's address (`ip_cookie`) or its headers (`header`).
   */
  key: string | undefined;
  /** Whether the answer may set a cookie that begins a session. */
  begins: boolean;
}

/**
 * Reads which session a request belongs to. A cookie that is forged, expired or malformed is ignored.
 * @returns undefined: the request is in no session, and its answer begins none
 */
export async function readSession(exchange: Exchange, session: Session): Promise<Claim | undefined> {
  const { request, client, balancer, compiled, isolate, trace } = exchange;
  if (session.by === 'header') return withoutCookie(session, headerKey(request.headers, session));
  const key = session.by === 'ip_cookie' ? clientKey(client.address) || undefined : undefined;
  if (!isolate.sessions.hasKey) {
    mark(trace, 'session_no_key');
    return withoutCookie(session, key);
  }
  const values = cookieValues(request.headers.get('cookie') ?? '', cookieOf(exchange, session));
  const found =
    values.length > 0 ? await isolate.sessions.find(values, balancer.id, compiled, isolate.now()) : undefined;
  const origin = found?.origin && compiled.origins.get(found.origin);
  return { session, origin, key: found?.value ?? key, begins: true };
}

/** The claim of a request whose session consists of its key alone. */
function withoutCookie(session: Session, key: string | undefined): Claim | undefined {
  return key === undefined ? undefined : { session, origin: undefined, key, begins: false };
}
