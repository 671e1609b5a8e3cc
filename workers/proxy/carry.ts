import type { Ticket } from '../../shared/contracts/carrying.ts';
import { checkConnection } from './connect_check.ts';
import type { ProxyEnv, ProxyIo } from './env.ts';
import { failedResponse, failureOfError, failureOfStatus, withFailure } from './failure.ts';
import { cleanResponse, hasPassed, originHeaders } from './headers.ts';
import { overrideHost } from './host.ts';

/** Methods that may be repeated whatever became of the first try (RFC 9110 §9.2.2). */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE']);

/**
 * One attempt: the request to its origin, the origin's answer back. Bodies stream both ways, compressed bytes as
 * they are. Redirects are the client's.
 *
 * The deadline ends with the response headers, so it never cuts a long download. When the caller goes away, the
 * platform ends this invocation and with it the connection to the origin.
 *
 * @returns never rejects: a failure is an answer with a failure header, since an exception would reach the
 *   gateway as an exception in one environment and as a 500 in another
 */
export async function carry(request: Request, ticket: Ticket, env: ProxyEnv, io: ProxyIo): Promise<Response> {
  if (hasPassed(request.headers, env.CDN_LOOP_ID)) return failedResponse({ outcome: 'loop', reached: false });
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), ticket.first_byte_ms);
  try {
    if (env.CONNECT_CHECK === 'on' && !IDEMPOTENT.has(request.method)) {
      const failure = await checkConnection(request.url, deadline.signal, io);
      if (failure !== undefined) return failedResponse(failure);
    }
    const target = overrideHost(request.url, ticket.host, env);
    const outgoing = new Request(target === undefined ? request : new Request(target.url, request), {
      redirect: 'manual',
      signal: deadline.signal,
      ...(target === undefined ? {} : { cf: target.cf }),
    });
    originHeaders(request.headers, outgoing.headers, ticket, env.CDN_LOOP_ID);
    const response = await io.fetch(outgoing);
    const failure = failureOfStatus(response.status, ticket.first_byte_ms);
    return failure === undefined ? cleanResponse(response) : withFailure(response, failure);
  } catch (error) {
    return failedResponse(failureOfError(error, deadline.signal.aborted));
  } finally {
    clearTimeout(timer);
  }
}
