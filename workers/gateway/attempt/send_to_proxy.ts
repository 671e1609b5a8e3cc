import {
  FAILURE_HEADER,
  type Failure,
  type FailureOutcome,
  STAND_IN_STATUS,
  TICKET_HEADER,
  type Ticket,
} from '../../../shared/contracts/carrying.ts';
import { HttpError } from '../../../shared/errors.ts';
import { parseContentLength } from '../../../shared/http/content_length.ts';
import type { Origin } from '../../../shared/model/config.ts';
import { DeadlineError, within } from '../../../shared/time/within.ts';
import { cancel } from '../body/cancel.ts';
import { hold, isShort } from '../body/hold.ts';
import type { Sendable } from '../body/upload.ts';
import type { ProxyResult } from '../exchange/attempts.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { dropForged } from '../request/facts.ts';

/** The proxy keeps the deadline; a proxy that does not is given up so much later. */
const PROXY_GRACE_MS = 1_000;

const AS_IT_IS = {
  redirect: 'manual',
  // A compressed body passes through as it is, not unpacked and packed again. It counts here alone: a Request does
  // not carry it.
  encodeResponseBody: 'manual',
} as const;

/** How an attempt is to be made. */
export interface Terms {
  /** 1 for the first attempt of the request. */
  number: number;
  /** The time it has. */
  first_byte_ms: number;
  /**
   * Whether another origin can answer if this answer breaks off in its short body: it is held for a moment then. Where
   * none can, to hold it would delay it for nothing.
   */
  holds: boolean;
  /** Whether the origin's load report is to come with the answer. */
  wants_report: boolean;
  /** Aborted when its answer is wanted no more. Most attempts have none: a signal costs. */
  signal?: AbortSignal;
}

/**
 * Carries a request to one origin through its proxy. `first_byte_ms` ends with the response headers.
 * @throws {HttpError} 400 if the client's upload broke off, 408 if it stalled
 */
export async function sendToProxy(
  exchange: Exchange,
  origin: Origin,
  body: Sendable,
  terms: Terms,
): Promise<ProxyResult> {
  const { isolate, balancer } = exchange;
  const proxy = isolate.env[origin.proxy as 'PROXY'];
  if (proxy === undefined) return failedBy('proxy_failed', false, 0);
  const { first_byte_ms } = terms;
  const { idle_ms } = balancer.timeouts;
  let began_at = isolate.now();
  const { stream, sent } = uploadOf(body, idle_ms ? Math.min(idle_ms, first_byte_ms) : first_byte_ms);
  const answer = send(exchange, proxy, origin, body, stream, terms);
  let uploading = sent !== undefined;
  try {
    const response = await (sent === undefined
      ? within(first_byte_ms + PROXY_GRACE_MS, answer)
      : Promise.race([
          answer,
          sent.then(() => {
            uploading = false;
            exchange.life.receiving = false;
            began_at = isolate.now();
            return within(first_byte_ms, answer);
          }),
        ]));
    const took_ms = Math.max(0, isolate.now() - began_at);
    const early = uploading;
    const made = await answerOf(response, took_ms, terms.holds);
    if (early) made.early = true;
    return made;
  } catch (error) {
    // It may answer yet.
    answer.then(cancel, () => {});
    if (error instanceof HttpError) throw error;
    const took_ms = Math.max(0, isolate.now() - began_at);
    return failedBy(error instanceof DeadlineError ? 'timeout' : 'proxy_failed', true, took_ms);
  }
}

function send(
  { request, url, client, balancer, copy }: Exchange,
  proxy: Fetcher,
  origin: Origin,
  body: Sendable,
  stream: ReadableStream | null,
  { number, first_byte_ms, wants_report, signal }: Terms,
): Promise<Response> {
  const origin_url = origin.url + url.path_and_query;
  const ticket: Ticket = {
    origin: origin.id,
    attempt: number,
    // The clock of a long upload starts when it has ended; only the gateway sees that.
    first_byte_ms: body.kind === 'upload' ? 0 : first_byte_ms,
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
  return body.kind === 'untouchable'
    ? proxy.fetch(new Request(origin_url, request), { headers, ...AS_IT_IS, ...(signal && { signal }) })
    : proxy.fetch(origin_url, {
        method: request.method,
        headers,
        body: body.kind === 'kept' ? body.bytes : stream,
        ...AS_IT_IS,
        ...(signal && { signal }),
      });
}

/** A body that is streamed, on its way to this attempt, and the end of its way. */
function uploadOf(
  body: Sendable,
  deadline_ms: number,
): { stream: ReadableStream | null; sent?: Promise<void> } {
  if (body.kind !== 'upload') return { stream: null };
  const { readable, writable } =
    body.length === undefined ? new IdentityTransformStream() : new FixedLengthStream(body.length);
  const sent = body.send(writable, deadline_ms);
  // An origin may answer before it has read everything; nobody listens to the upload then.
  sent.catch(() => {});
  return { stream: readable, sent };
}

/** Takes a proxy's answer for what it means. */
async function answerOf(received: Response, first_byte_ms: number, holds: boolean): Promise<ProxyResult> {
  const failure = received.headers.get(FAILURE_HEADER);
  if (failure !== null) return marked(received, JSON.parse(failure), first_byte_ms);
  const declared = received.headers.get('content-length');
  const length = parseContentLength(declared);
  if (length === 'malformed') {
    // Nobody knows where this answer ends (RFC 9112 §6.3).
    cancel(received);
    return failedBy('connection_lost', true, first_byte_ms);
  }
  const response = declared?.includes(',') ? withLength(received, String(length)) : received;
  if (response.body === null || response.webSocket) return { response, whole: true, first_byte_ms };
  if (!isShort(length)) return { response, whole: false, first_byte_ms };
  const held = await hold(response, length, holds);
  if (held !== undefined) return { ...held, first_byte_ms };
  const cut_short = { outcome: 'connection_lost', reached: true, cut_short: true } as const;
  return { failure: cut_short, whole: false, first_byte_ms };
}

/** An answer that declares its length once: its origin did so repeatedly (RFC 9110 §8.6). */
function withLength(response: Response, length: string): Response {
  const answer = new Response(response.body, response);
  answer.headers.set('content-length', length);
  return answer;
}

function failedBy(outcome: FailureOutcome, reached: boolean, first_byte_ms: number): ProxyResult {
  return { failure: { outcome, reached }, whole: false, first_byte_ms };
}

/** What a proxy marked as failed: bare where nobody answered, else with the answer that came in an origin's stead. */
function marked(response: Response, failure: Failure, first_byte_ms: number): ProxyResult {
  // Its body says nothing: one that was null arrives over a binding as an empty one.
  if (response.status < STAND_IN_STATUS) return { failure, whole: false, first_byte_ms };
  const answer = new Response(response.body, response);
  answer.headers.delete(FAILURE_HEADER);
  return { failure, response: answer, whole: false, first_byte_ms };
}
