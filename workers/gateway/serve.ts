import type { Outcome } from '../../shared/contracts/carrying.ts';
import { HttpError } from '../../shared/errors.ts';
import type { Balancer, Config } from '../../shared/model/config.ts';
import { poolsOf } from '../../shared/model/effective.ts';
import { type Delivery, failover } from './attempt/failover.ts';
import { cancel } from './body/cancel.ts';
import { type Body, receiveBody } from './body/keep.ts';
import { follow } from './body/watch.ts';
import { Attempts } from './exchange/attempts.ts';
import { clientGone, type Exchange, Lifetime } from './exchange/exchange.ts';
import { beginTrace, mark } from './exchange/trace.ts';
import { rateLimit } from './limits/rate_limit.ts';
import { chooseCopy, mayCopy, sendCopy } from './mirror/mirror.ts';
import { logBrokenBody, record } from './record/record.ts';
import { clientOf } from './request/client.ts';
import { match } from './request/match.ts';
import { parseRequestUrl } from './request/request_url.ts';
import { errorResponse, fixedResponse, maintenanceResponse } from './respond.ts';
import { applyRules } from './rules/apply_rules.ts';
import { admit } from './selection/admit.ts';
import { decide } from './selection/decide.ts';
import { steer } from './selection/steer.ts';
import { pinTo } from './session/pin_to.ts';
import { readSession } from './session/read.ts';
import { writeSession } from './session/write.ts';
import type { Isolate } from './state/isolate.ts';

const NO_BODY: Body = { kind: 'none' };

/** A request that has just begun: the parts of an {@link Exchange} that exist from the start. */
type Begun = Pick<Exchange, 'request' | 'isolate' | 'ctx' | 'started_at' | 'life' | 'attempts' | 'trace'>;

/**
 * Serves a request: match, apply rules, decide, attempt, deliver, record. Only this function turns errors into responses.
 * It never rejects.
 */
export async function serve(request: Request, isolate: Isolate, ctx: ExecutionContext): Promise<Response> {
  const started_at = isolate.now();
  const life = new Lifetime();
  const trace = beginTrace();
  const begun: Begun = { request, isolate, ctx, started_at, life, attempts: new Attempts(), trace };
  let status = 0;
  // When the client disconnects, the runtime calls this listener and then drops the work under way. The data point has to be
  // written now. (Handing the whole request to waitUntil would also save it, but costs every request a fifth more.) The
  // runtime drops nothing while other work is in waitUntil, so the request is marked as ended: nothing more may begin.
  const leave = () => {
    life.gone ||= !life.ended;
    finish(begun, status || 499, 'client_gone');
  };
  request.signal.addEventListener('abort', leave, { once: true });
  try {
    const { response, whole, outcome, idle_ms = 0 } = await deliver(begun);
    if (life.ended) {
      cancel(response);
      return errorResponse(clientGone());
    }
    status = response.status;
    const followed = follow(response, whole, request.signal, idle_ms);
    if (followed.ended === undefined) finish(begun, status, outcome, response);
    else {
      const ended = followed.ended.then((ending) => {
        trace.detail = ending.detail ?? trace.detail;
        finish(begun, status, ending.outcome === 'ok' ? outcome : ending.outcome, response);
      });
      ctx.waitUntil(ended);
    }
    return followed.response;
  } catch (error) {
    const known = error instanceof HttpError ? error : unexpected(error);
    trace.detail = known.detail;
    finish(begun, known.status, known.outcome);
    return errorResponse(known);
  }
}

/** Finds the load balancer, then the response: its maintenance page, a rate limit error, a rule's response, or an origin's. */
async function deliver(begun: Begun): Promise<Delivery> {
  const { request, isolate, ctx, trace } = begun;
  const url = parseRequestUrl(request.url, request.headers.get('host'));
  trace.url = url;
  const defer = (work: Promise<unknown>) => ctx.waitUntil(work);
  const look = isolate.documents.look(defer);
  if (look !== undefined) await look;
  const compiled = isolate.config ?? (await isolate.cold(defer));
  isolate.refresh(defer);
  trace.config_version = compiled.document.version;
  const balancer = match(compiled.matcher, url.host, url.path);
  if (balancer === undefined)
    throw new HttpError(404, 'Not Found', { outcome: 'no_match', detail: url.host });
  trace.balancer = balancer;
  const client = clientOf(request.headers, url, compiled.trusted.get(balancer.id));
  trace.client = client;
  const exchange: Exchange = { ...begun, url, client, compiled, balancer };
  const { maintenance, rate_limit } = balancer;
  if (maintenance?.enabled) return made(maintenanceResponse(maintenance), 'maintenance');
  if (rate_limit !== undefined) await rateLimit(exchange, rate_limit);
  const rules = compiled.rules.get(balancer);
  if (rules === undefined) return fromOrigin(exchange);
  const { fixed, events, ...ruled } = applyRules(balancer, rules, exchange);
  if (events.length > 0) trace.rules = events;
  for (const event of events) mark(trace, event);
  if (fixed === undefined) return fromOrigin({ ...exchange, ...ruled });
  return made(fixedResponse(fixed, request.method), 'fixed_response');
}

/** Delivers the response of an origin, which the client's session or the balancer chooses. */
async function fromOrigin(exchange: Exchange): Promise<Delivery> {
  const { request, balancer, compiled, life } = exchange;
  const { maintenance, mirror, session } = balancer;
  if (maintenance !== undefined && isClosed(balancer, compiled.document.config))
    return made(maintenanceResponse(maintenance), 'maintenance');
  const claim = session && (await readSession(exchange, session));
  // Read the body before choosing an origin, because a choice made before a slow upload would be outdated after it. This holds
  // even for a single origin: a client that stalls must not occupy it.
  const body = request.body === null ? NO_BODY : await receiveBody(exchange);
  const pinned = claim && (await pinTo(exchange, claim));
  // Do not await anything between the choice by load and the first attempt. Requests that waited for the same answer resume
  // together. Each must see the previous one in flight, or all of them would pick the same least loaded origin.
  const selection = pinned ?? admit(exchange, steer(exchange, await decide(exchange)));
  const copy = mirror && chooseCopy(exchange, mirror, body);
  if (copy !== undefined) life.send_copy = () => sendCopy(copy);
  const delivery = await failover(exchange, selection, body);
  if (claim === undefined || pinned === undefined) return delivery;
  return { ...delivery, response: await writeSession(exchange, claim, pinned, delivery) };
}

/** Delivers a response that the gateway made itself. */
function made(response: Response, outcome: Outcome): Delivery {
  return { response, whole: true, outcome };
}

/** Whether every pool that could serve a request is in maintenance. @param balancer with the overrides that apply to it */
function isClosed(balancer: Balancer, { pools }: Config): boolean {
  return poolsOf(balancer).every((id) => pools[id]?.state === 'maintenance');
}

/** Ends a request: returns its counts, writes its data point, sends its copy to a mirror. Later calls have no effect. */
function finish(begun: Begun, status: number, outcome: Outcome, response?: Response): void {
  const { request, isolate, ctx, started_at, life, attempts, trace } = begun;
  if (life.ended) return;
  life.ended = true;
  life.leave_queue?.();
  attempts.release();
  trace.status = status;
  trace.outcome = outcome;
  const send_copy = mayCopy(outcome, attempts.count) ? life.send_copy : undefined;
  if (send_copy !== undefined) mark(trace, 'mirrored');
  const ended = { trace, attempts, request, response, started_at, ended_at: isolate.now() };
  const written = record(ended, isolate);
  if (written !== undefined) ctx.waitUntil(written);
  if (send_copy !== undefined) ctx.waitUntil(send_copy());
  if (outcome !== 'ok') logBrokenBody(ended, life.receiving, isolate.complaints);
}

/** Wraps an error that is a defect of Plimsoll. It is logged and recorded for the operator, and hidden from the client. */
function unexpected(cause: unknown): HttpError {
  console.error('internal error: a defect of the gateway', cause);
  const detail = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  return new HttpError(500, 'Internal Server Error', { outcome: 'internal_error', detail, cause });
}
