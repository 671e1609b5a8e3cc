import { makePrivate } from '../../../shared/session/make_private.ts';
import { setCookie } from '../../../shared/session/set_cookie.ts';
import type { Delivery } from '../attempt/failover.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { mark } from '../exchange/trace.ts';
import { cookieOf } from './cookie_of.ts';
import type { Pin } from './pin.ts';
import type { Claim } from './read.ts';

/**
 * Sets the session's cookie on an answer if a session begins or moves with it. Such an answer is kept out of shared caches.
 *
 * An answer that counts as failed (`retry.on_status`, or no origin served) begins no session, because it would pin the client to an
 * origin that does not work.
 * @returns the answer itself if no cookie is due
 */
export async function writeSession(
  exchange: Exchange,
  { session, origin: before, begins }: Claim,
  { kept, stays }: Pick<Pin, 'kept' | 'stays'>,
  { response, attempt, outcome }: Delivery,
): Promise<Response> {
  const { balancer, client, compiled, isolate, trace } = exchange;
  const served = attempt?.origin;
  if (served === undefined || outcome !== 'ok') return response;
  if (served.id === kept?.id) {
    mark(trace, 'session_kept');
    return response;
  }
  if (!begins || (stays && session.zero_downtime_failover !== 'sticky')) {
    if (stays) mark(trace, 'session_away');
    return response;
  }
  const value = await isolate.sessions.issue(
    served.id,
    balancer.id,
    compiled,
    isolate.now() + session.ttl_ms,
  );
  if (value === undefined) return response;
  mark(trace, before === undefined ? 'session_new' : 'session_moved');
  const https = client.scheme === 'https';
  const marked = new Response(response.body, response);
  marked.headers.append(
    'set-cookie',
    setCookie({ ...session, cookie: cookieOf(exchange, session) }, value, balancer.path, https),
  );
  makePrivate(marked.headers);
  return marked;
}
