import type { Ticket } from '../../shared/contracts/carrying.ts';
import { IDEMPOTENT } from '../../shared/http/idempotent.ts';
import type { Env, Io } from './env.ts';
import { failedResponse, failureOfError, failureOfStatus, withFailure } from './failure.ts';
import { cleanResponse, hasPassed, originHeaders } from './headers.ts';
import { overrideHost } from './host.ts';
import { nameForClient, nameForOrigin } from './rename.ts';
import { checkConnection } from './try_connect.ts';

/**
 * Runs one attempt: sends the request to its origin and returns the origin's response. Bodies stream both ways, and
 * compressed bytes stay as they are. Redirects go to the client.
 *
 * The deadline ends with the response headers, so it never cuts off a long download. An abandoned request is not aborted
 * explicitly, because an abort signal would cost every request. The platform ends this invocation, and with it the connection
 * to the origin, once it has answered or its caller is gone.
 *
 * @returns never rejects. A failure is a response with a failure header, because an exception reaches the gateway as an
 *   exception in one environment and as a 500 in another
 */
export async function carry(request: Request, ticket: Ticket, env: Env, io: Io): Promise<Response> {
  if (hasPassed(request.headers, env.CDN_LOOP_ID)) return failedResponse({ outcome: 'loop', reached: false });
  const { first_byte_ms } = ticket;
  if (first_byte_ms === 0) return send(request, ticket, env, io);
  let timer: number | null = null;
  const deadline = new Promise<Response>((resolve) => {
    timer = setTimeout(() => resolve(failedResponse({ outcome: 'timeout', reached: true })), first_byte_ms);
  });
  try {
    return await Promise.race([send(request, ticket, env, io), deadline]);
  } finally {
    clearTimeout(timer);
  }
}

async function send(request: Request, ticket: Ticket, env: Env, io: Io): Promise<Response> {
  try {
    // Also before an upload (no deadline): once part of its body is read, it cannot be sent to another origin.
    if (env.CONNECT_CHECK === 'on' && (ticket.first_byte_ms === 0 || !IDEMPOTENT.has(request.method))) {
      const failure = await checkConnection(request.url, ticket.first_byte_ms, io);
      if (failure !== undefined) return failedResponse(failure);
    }
    const target = overrideHost(request.url, ticket.host, env);
    const outgoing = new Request(target === undefined ? request : new Request(target.url, request), {
      redirect: 'manual',
      ...(target === undefined ? {} : { cf: target.cf }),
    });
    originHeaders(request.headers, outgoing.headers, ticket, env.CDN_LOOP_ID);
    const renames = ticket.rewrite_redirects !== false;
    if (renames && (request.method === 'COPY' || request.method === 'MOVE'))
      nameForOrigin(outgoing.headers, ticket, outgoing.url);
    const response = await io.fetch(outgoing);
    const failure = failureOfStatus(response.status, ticket.first_byte_ms);
    const answer = cleanResponse(response, ticket.report);
    if (failure !== undefined) return withFailure(answer, failure);
    return renames ? nameForClient(answer, ticket, request.url, outgoing.url) : answer;
  } catch (error) {
    return failedResponse(failureOfError(error));
  }
}
