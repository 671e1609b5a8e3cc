import type { Failure, FailureOutcome } from '../../shared/contracts/carrying.ts';
import { FAILURE_HEADER, STAND_IN_STATUS } from '../../shared/contracts/carrying.ts';

// How an attempt can fail, in one place. Locally, the runtime throws. In production, Cloudflare answers 520 to 526 or 530 in
// place of the origin. Nothing documented distinguishes such a response from an origin's own 521. No standard assigns these
// statuses, so they are always read as Cloudflare's. The response itself is kept, because it goes to the client if no other
// origin is left. https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/

const STATUS_FAILURES: Readonly<Record<number, Failure>> = {
  // The origin closed the connection, or sent something other than HTTP.
  520: { outcome: 'connection_lost', reached: true },
  // Connection refused.
  521: { outcome: 'connect_failed', reached: false },
  // No answer to SYN for 19 s. (It can also mean no acknowledgement for 90 s: see failureOfStatus.)
  522: { outcome: 'connect_failed', reached: false },
  // No route.
  523: { outcome: 'connect_failed', reached: false },
  // Connected, but no response for 120 s.
  524: { outcome: 'timeout', reached: true },
  // The TLS handshake failed.
  525: { outcome: 'connect_failed', reached: false },
  // The origin's certificate is not trusted. Nothing was sent.
  526: { outcome: 'connect_failed', reached: false },
  // The name does not resolve, or a tunnel has no connector.
  530: { outcome: 'connect_failed', reached: false },
};

/** After this time, a 522 may also mean that the origin received the request and never acknowledged it. */
const UNACKNOWLEDGED_MS = 90_000;

/**
 * Reads a status that Cloudflare sends in place of the origin.
 * @param first_byte_ms the attempt's deadline
 * @returns undefined for any other status
 */
export function failureOfStatus(status: number, first_byte_ms: number): Failure | undefined {
  if (status < STAND_IN_STATUS) return undefined;
  if (status === 522 && first_byte_ms >= UNACKNOWLEDGED_MS)
    return { outcome: 'connect_failed', reached: true };
  return STATUS_FAILURES[status];
}

/**
 * Reads an exception of `fetch`. `reached` is true unless the opposite is proved.
 *
 * The local runtime throws `Network connection lost.` for a refused connection, a reset and invalid HTTP alike, and
 * `internal error; reference = …` when a name does not resolve or TLS fails. The latter happens before anything is sent, but the
 * runtime also uses it for its own defects, so it proves nothing. For a POST, the earlier connect check is the proof.
 */
export function failureOfError(error: unknown): Failure {
  const message = error instanceof Error ? error.message : '';
  if (message.startsWith('internal error')) return { outcome: 'connect_failed', reached: true };
  if (message.startsWith('Network connection lost')) return { outcome: 'connection_lost', reached: true };
  return { outcome: 'proxy_failed', reached: true };
}

const STATUS_OF: Readonly<Record<FailureOutcome, number>> = {
  connect_failed: 502,
  connection_lost: 502,
  proxy_failed: 502,
  timeout: 504,
  // RFC 5842 §7.2, which RFC 8586 refers to.
  loop: 508,
};

/** The response to the gateway when the origin gave none. It has no body, because the gateway words errors for clients. */
export function failedResponse(failure: Failure): Response {
  return new Response(null, {
    status: STATUS_OF[failure.outcome],
    headers: { [FAILURE_HEADER]: JSON.stringify(failure) },
  });
}

/** Adds the failure to a response that Cloudflare generated in place of the origin, and keeps that response. */
export function withFailure(response: Response, failure: Failure): Response {
  const marked = new Response(response.body, response);
  marked.headers.set(FAILURE_HEADER, JSON.stringify(failure));
  return marked;
}
