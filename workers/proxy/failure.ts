import {
  FAILURE_HEADER,
  type Failure,
  type FailureOutcome,
  STAND_IN_STATUS,
} from '../../shared/contracts/carrying.ts';

// How an attempt fails, in one place. Locally the runtime throws; in production Cloudflare answers in the
// origin's stead with 520 to 526 or 530. Nothing documented tells such an answer from an origin's own 521. These
// statuses are Cloudflare's and no standard assigns them, so they are taken for what Cloudflare means by them,
// whoever said it; the answer itself is kept, for it is passed on when no other origin is left.
// https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/

const STATUS_FAILURES: Readonly<Record<number, Failure>> = {
  // The origin closed the connection, or what it sent was not HTTP.
  520: { outcome: 'connection_lost', reached: true },
  // Refused.
  521: { outcome: 'connect_failed', reached: false },
  // No answer to SYN for 19 s. (Or none to the request for 90 s: see failureOfStatus.)
  522: { outcome: 'connect_failed', reached: false },
  // No route.
  523: { outcome: 'connect_failed', reached: false },
  // Connected, but no response for 120 s.
  524: { outcome: 'timeout', reached: true },
  // No TLS.
  525: { outcome: 'connect_failed', reached: false },
  // TLS, but not with whom we trust: nothing was sent.
  526: { outcome: 'connect_failed', reached: false },
  // No DNS, or a tunnel without connectors.
  530: { outcome: 'connect_failed', reached: false },
};

/** After this time a 522 may also mean that an origin took the request and never acknowledged it. */
const UNACKNOWLEDGED_MS = 90_000;

/**
 * What a status that Cloudflare gives in an origin's stead says of the attempt; undefined for all others.
 * @param first_byte_ms the attempt's deadline
 */
export function failureOfStatus(status: number, first_byte_ms: number): Failure | undefined {
  if (status < STAND_IN_STATUS) return undefined;
  if (status === 522 && first_byte_ms >= UNACKNOWLEDGED_MS)
    return { outcome: 'connect_failed', reached: true };
  return STATUS_FAILURES[status];
}

/** Marks what Cloudflare answered in an origin's stead, and keeps it. */
export function withFailure(response: Response, failure: Failure): Response {
  const marked = new Response(response.body, response);
  marked.headers.set(FAILURE_HEADER, JSON.stringify(failure));
  return marked;
}

/**
 * What an exception of `fetch` says of the attempt. `reached` is true wherever the opposite is not proved.
 *
 * The local runtime throws one and the same `Network connection lost.` for refused, reset and invalid HTTP, and
 * `internal error; reference = …` for a name that does not resolve and for TLS that fails. The latter comes
 * before anything is sent, but it is also what the runtime says of its own defects: no proof. A POST has its
 * proof from the connect check, which comes first.
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
  // RFC 5842 §7.2, which RFC 8586 points to.
  loop: 508,
};

/** The answer to the gateway when there is none from an origin. It has no body: clients get the gateway's words. */
export function failedResponse(failure: Failure): Response {
  return new Response(null, {
    status: STATUS_OF[failure.outcome],
    headers: { [FAILURE_HEADER]: JSON.stringify(failure) },
  });
}
