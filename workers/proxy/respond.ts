import { FAILURE_HEADER, type Failure, type FailureOutcome } from '../../shared/contracts/carrying.ts';

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
