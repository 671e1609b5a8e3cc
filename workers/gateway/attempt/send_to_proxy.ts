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

/** The proxy keeps the deadline. A proxy that misses it by this much is given up. */
const PROXY_GRACE_MS = 1_000;

const AS_IT_IS = {
  redirect: 'manual',
  // A compressed body is passed through, not decompressed and compressed again. Set it here, because a Request does not carry it.
  encodeResponseBody: 'manual',
} as const;

/** How to make an attempt. */
export interface Terms {
  /** 1 for the first attempt of the request. */
  number: number;
  /** Time until response headers. */
  first_byte_ms: number;
  /** Whether another origin can answer if this answer breaks off. Only then is a short body held for a moment. */
  replaceable: boolean;
  /** Whether the proxy is to pass on the origin's load report. */
  wants_report: boolean;
  /** Aborts the attempt. Most attempts have no signal, because it costs time. */
  signal?: AbortSignal;
}

/**
 * Sends a request to one origin through its proxy. `first_byte_ms` limits the time until response headers.
 * @throws {HttpError} 400 if the client's upload breaks off, 408 if it stalls
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
  const upload = uploadOf(body, idle_ms ? Math.min(idle_ms, first_byte_ms) : first_byte_ms);
  const answer = send(exchange, origin, proxy, upload, terms);
  let uploading = upload.sent !== undefined;
  try {
    const response = await (upload.sent === undefined
      ? within(first_byte_ms + PROXY_GRACE_MS, answer)
      : Promise.race([
          answer,
          upload.sent.then(() => {
            uploading = false;
            exchange.life.receiving = false;
            began_at = isolate.now();
            return within(first_byte_ms, answer);
          }),
        ]));
    const took_ms = Math.max(0, isolate.now() - began_at);
    const early = uploading;
    const result = await resultOf(response, took_ms, terms.replaceable);
    if (early) result.early = true;
    return result;
  } catch (error) {
    // The proxy may still answer.
    answer.then(cancel, () => {});
    if (error instanceof HttpError) throw error;
    const took_ms = Math.max(0, isolate.now() - began_at);
    return failedBy(error instanceof DeadlineError ? 'timeout' : 'proxy_failed', true, took_ms);
  }
}

/** A body for one attempt. If it is streamed, the proxy reads `stream`, and `sent` settles at the end of the upload. */
type Outgoing = { body: Sendable; stream: ReadableStream | null; sent?: Promise<void> };

function uploadOf(body: Sendable, deadline_ms: number): Outgoing {
  if (body.kind !== 'upload') return { body, stream: null };
  const { readable, writable } =
    body.length === undefined ? new IdentityTransformStream() : new FixedLengthStream(body.length);
  const sent = body.send(writable, deadline_ms);
  // An origin may answer before it has read everything. Nothing awaits the upload then.
  sent.catch(() => {});
  return { body, stream: readable, sent };
}

function send(
  { request, url, client, balancer, copy }: Exchange,
  origin: Origin,
  proxy: Fetcher,
  { body, stream }: Outgoing,
  { number, first_byte_ms, wants_report, signal }: Terms,
): Promise<Response> {
  const origin_url = origin.url + url.path_and_query;
  const ticket: Ticket = {
    origin: origin.id,
    attempt: number,
    // The time counts from the end of an upload, which only the gateway sees.
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

/** Reads a proxy's response as what it means: an origin's answer, or the failure that the proxy marked in it. */
async function resultOf(
  received: Response,
  first_byte_ms: number,
  replaceable: boolean,
): Promise<ProxyResult> {
  const failure = received.headers.get(FAILURE_HEADER);
  if (failure !== null) return marked(received, JSON.parse(failure), first_byte_ms);
  const declared = received.headers.get('content-length');
  const length = parseContentLength(declared);
  if (length === 'malformed') {
    // Nothing says where this answer ends (RFC 9112 §6.3).
    cancel(received);
    return failedBy('connection_lost', true, first_byte_ms);
  }
  let response = received;
  if (declared?.includes(',')) {
    // Declare the length once, where the origin declared it repeatedly (RFC 9110 §8.6).
    response = new Response(received.body, received);
    response.headers.set('content-length', String(length));
  }
  if (response.body === null || response.webSocket) return { response, whole: true, first_byte_ms };
  if (!isShort(length)) return { response, whole: false, first_byte_ms };
  const held = await hold(response, length, replaceable);
  if (held !== undefined) return { ...held, first_byte_ms };
  const cut_short = { outcome: 'connection_lost', reached: true, cut_short: true } as const;
  return { failure: cut_short, whole: false, first_byte_ms };
}

function failedBy(outcome: FailureOutcome, reached: boolean, first_byte_ms: number): ProxyResult {
  return { failure: { outcome, reached }, whole: false, first_byte_ms };
}

/** A failure that the proxy marked. It comes with an answer if Cloudflare generated one in place of the origin. */
function marked(response: Response, failure: Failure, first_byte_ms: number): ProxyResult {
  // Go by the status and not by the body, because a null body arrives over a binding as an empty one.
  if (response.status < STAND_IN_STATUS) return { failure, whole: false, first_byte_ms };
  const answer = new Response(response.body, response);
  answer.headers.delete(FAILURE_HEADER);
  return { failure, response: answer, whole: false, first_byte_ms };
}
