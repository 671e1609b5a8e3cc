import type { Origin } from '../../shared/config/config.ts';
import {
  FAILURE_HEADER,
  type Failure,
  type FailureOutcome,
  STAND_IN_STATUS,
  TICKET_HEADER,
  type Ticket,
} from '../../shared/contracts/carrying.ts';
import { HttpError } from '../../shared/errors.ts';
import { contentLength } from '../../shared/http/content_length.ts';
import { DeadlineError, within } from '../../shared/within.ts';
import type { Body } from './body.ts';
import type { Exchange } from './exchange.ts';
import { dropForged } from './facts.ts';
import { upload } from './upload.ts';

/** The proxy keeps the deadline; a proxy that does not is given up so much later. */
const PROXY_GRACE_MS = 1_000;

/**
 * A body up to this length that comes with its length is read before it is passed on: an origin sends it with
 * the headers, in its first flight of packets (RFC 6928: 10 segments of 1,460 bytes), or it is in trouble.
 * Half an answer can then still be replaced by another origin's.
 */
const FIRST_FLIGHT_BYTES = 14_600;

const AS_IT_IS = {
  redirect: 'manual',
  // A compressed body passes through as it is, not unpacked and packed again. It counts here alone: a Request does
  // not carry it.
  encodeResponseBody: 'manual',
} as const;

/** What one attempt came to: an origin's answer, why there is none, or both (Cloudflare's 521 in its stead). */
export interface Attempt {
  response?: Response;
  /** The body has been read already, so nothing can go wrong with it any more. */
  whole: boolean;
  failure?: AttemptFailure;
}

/** Why there is no answer, as a proxy says, or this gateway. */
export interface AttemptFailure extends Failure {
  /** There was one, but it broke off in its short body. */
  cut_short?: true;
}

/** How an attempt is to be made. */
export interface Terms {
  /** 1 for the first attempt of the request. */
  number: number;
  /** The time it has. */
  first_byte_ms: number;
  /** Whether the origin's load report is to come with the answer. */
  wants_report: boolean;
  /** Aborted when its answer is wanted no more. Most attempts have none: a signal costs. */
  signal?: AbortSignal;
}

/**
 * Carries a request to one origin through its proxy.
 * @throws {HttpError} 400 if the client's upload broke off, 408 if it stalled
 */
export async function attempt(
  { request, target, client, balancer, isolate, copy }: Exchange,
  origin: Origin,
  body: Body,
  { number, first_byte_ms, wants_report, signal }: Terms,
): Promise<Attempt> {
  const proxy = isolate.env[origin.proxy as 'PROXY'];
  if (proxy === undefined) return failedBy('proxy_failed', false);
  const url = origin.url + target.path_and_query;
  const { idle_ms } = balancer.timeouts;
  const { stream, sent } = uploadOf(body, idle_ms ? Math.min(idle_ms, first_byte_ms) : first_byte_ms);
  const ticket: Ticket = {
    origin: origin.id,
    attempt: number,
    // The clock of a long upload starts when it has ended; only the gateway sees that.
    first_byte_ms: sent === undefined ? first_byte_ms : 0,
    client_address: client.address,
    client_origin: `${client.scheme}://${client.host}`,
  };
  if (wants_report) ticket.report = true;
  if (copy) ticket.mirror = true;
  if (origin.host !== undefined) ticket.host = origin.host;
  if (client.proxy !== undefined) ticket.trusted_proxy = client.proxy;
  if (balancer.rewrite_redirects === false) ticket.rewrite_redirects = false;
  const headers = new Headers(request.headers);
  dropForged(headers, request);
  headers.set(TICKET_HEADER, JSON.stringify(ticket));
  try {
    const answer = answerOf(
      body.kind === 'untouchable'
        ? proxy.fetch(new Request(url, request), { headers, ...AS_IT_IS, ...(signal && { signal }) })
        : proxy.fetch(url, {
            method: request.method,
            headers,
            body: body.kind === 'kept' ? body.bytes : stream,
            ...AS_IT_IS,
            ...(signal && { signal }),
          }),
    );
    const limit = first_byte_ms + PROXY_GRACE_MS;
    return await (sent === undefined
      ? within(limit, answer)
      : Promise.race([answer, sent.then(() => within(first_byte_ms, answer))]));
  } catch (error) {
    if (error instanceof HttpError) throw error;
    return failedBy(error instanceof DeadlineError ? 'timeout' : 'proxy_failed', true);
  }
}

/** A body that can be sent only once, on its way, and the end of its way. */
function uploadOf(body: Body, deadline_ms: number): { stream: ReadableStream | null; sent?: Promise<void> } {
  if (body.kind !== 'stream') return { stream: null };
  const { readable, writable } =
    body.length === undefined ? new IdentityTransformStream() : new FixedLengthStream(body.length);
  const sent = upload(body, writable, deadline_ms);
  // An origin may answer before it has read everything; nobody listens to the upload then.
  sent.catch(() => {});
  return { stream: readable, sent };
}

async function answerOf(answer: Promise<Response>): Promise<Attempt> {
  const received = await answer;
  const failure = received.headers.get(FAILURE_HEADER);
  if (failure !== null) return marked(received, JSON.parse(failure));
  const length = contentLength(received.headers);
  if (length === 'malformed') {
    // Nobody knows where this answer ends (RFC 9112 §6.3).
    received.body?.cancel().catch(() => {});
    return failedBy('connection_lost', true);
  }
  const response = length === undefined ? received : withOneLength(received, length);
  const { body, headers, status, statusText, webSocket } = response;
  if (body === null || webSocket) return { response, whole: true };
  if (length === undefined || length > FIRST_FLIGHT_BYTES) return { response, whole: false };
  try {
    const bytes = await response.arrayBuffer();
    return {
      response: new Response(bytes, { status, statusText, headers, encodeBody: 'manual' }),
      whole: true,
    };
  } catch {
    return { failure: { outcome: 'connection_lost', reached: true, cut_short: true }, whole: false };
  }
}

/** The answer itself, or one that declares its length once where the origin did so repeatedly (RFC 9110 §8.6). */
function withOneLength(response: Response, length: number): Response {
  if (!response.headers.get('content-length')?.includes(',')) return response;
  const answer = new Response(response.body, response);
  answer.headers.set('content-length', String(length));
  return answer;
}

function failedBy(outcome: FailureOutcome, reached: boolean): Attempt {
  return { failure: { outcome, reached }, whole: false };
}

/** What a proxy marked as failed: bare where nobody answered, else with the answer that came in an origin's stead. */
function marked(response: Response, failure: Failure): Attempt {
  // Its body says nothing: one that was null arrives over a binding as an empty one.
  if (response.status < STAND_IN_STATUS) return { failure, whole: false };
  const answer = new Response(response.body, response);
  answer.headers.delete(FAILURE_HEADER);
  return { failure, response: answer, whole: false };
}
