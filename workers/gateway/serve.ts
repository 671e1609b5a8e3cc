import type { Outcome } from '../../shared/contracts/carrying.ts';
import { HttpError } from '../../shared/errors.ts';
import { type Delivery, failover } from './attempt/failover.ts';
import { cancel } from './body/cancel.ts';
import { type Body, receiveBody } from './body/keep.ts';
import { follow } from './body/watch.ts';
import { type Begun, enter, isClosed, withRules } from './enter.ts';
import { Attempts } from './exchange/attempts.ts';
import { clientGone, type Exchange, Lifetime } from './exchange/exchange.ts';
import { beginTrace, mark } from './exchange/trace.ts';
import { rateLimit } from './limits/rate_limit.ts';
import { chooseCopy, mayCopy, sendCopy } from './mirror/mirror.ts';
import { logBrokenBody, record } from './record/record.ts';
import { errorResponse, fixedResponse, maintenanceResponse } from './respond.ts';
import { admit } from './selection/admit.ts';
import { decide } from './selection/decide.ts';
import { steer } from './selection/steer.ts';
import { pinTo } from './session/pin_to.ts';
import { readSession } from './session/read.ts';
import { writeSession } from './session/write.ts';
import type { Isolate } from './state/isolate.ts';

const NO_BODY: Body = { kind: 'none' };

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
  const entered = await enter(begun);
  const { maintenance, rate_limit } = entered.balancer;
  if (maintenance?.enabled) return made(maintenanceResponse(maintenance), 'maintenance');
  if (rate_limit !== undefined) await rateLimit(entered, rate_limit);
  const { exchange, fixed } = withRules(entered);
  if (fixed === undefined) return fromOrigin(exchange);
  return made(fixedResponse(fixed, begun.request.method), 'fixed_response');
}

/** Delivers the response of an origin, which the client's session or the balancer chooses. */
async function fromOrigin(exchange: Exchange): Promise<Delivery> {
  const { request, balancer, life } = exchange;
  const { maintenance, mirror, session } = balancer;
  if (maintenance !== undefined && isClosed(exchange))
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
