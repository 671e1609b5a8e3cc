import type { Outcome } from '../../shared/contracts/carrying.ts';
import { HttpError } from '../../shared/errors.ts';
import type { Maintenance } from '../../shared/model/config.ts';
import { DeadlineError, within } from '../../shared/time/within.ts';
import { type Delivery, failover } from './attempt/failover.ts';
import { gone } from './attempt/gone.ts';
import { timeLeft } from './attempt/time_left.ts';
import { cancel } from './body/cancel.ts';
import { follow } from './body/follow.ts';
import { type Body, keepBody } from './body/keep.ts';
import type { Exchange } from './exchange.ts';
import { rateLimit } from './limits/rate_limit.ts';
import { chooseCopy } from './mirror/choose_copy.ts';
import { endsInCopy, sendCopy } from './mirror/send_copy.ts';
import { record } from './record/record.ts';
import { tellTrouble } from './record/tell_trouble.ts';
import { beginTrace, mark, releaseAll, type Trace } from './record/trace.ts';
import { clientOf } from './request/client.ts';
import { match } from './request/match.ts';
import { parseRequestUrl } from './request/request_url.ts';
import { applyRules } from './rules/apply_rules.ts';
import { fixedAnswer } from './rules/fixed_answer.ts';
import { isClosed, maintenancePage } from './rules/maintenance.ts';
import { admit } from './selection/admit.ts';
import { decide } from './selection/decide.ts';
import { steer } from './selection/steer.ts';
import { pinTo } from './session/pin_to.ts';
import { readSession } from './session/read.ts';
import { writeSession } from './session/write.ts';
import type { Isolate } from './state/isolate.ts';

const NO_BODY: Body = { kind: 'none' };

/**
 * Serves a request: match, apply rules, decide, attempt, deliver, record. Only this function turns errors into answers. It
 * never rejects.
 */
export async function serve(request: Request, isolate: Isolate, ctx: ExecutionContext): Promise<Response> {
  const trace = beginTrace(isolate.now());
  const finish = (status: number, outcome: Outcome, response?: Response) => {
    if (trace.finished) return;
    trace.finished = true;
    releaseAll(trace);
    trace.status = status;
    trace.outcome = outcome;
    const copy = endsInCopy(trace) ? trace.copy : undefined;
    if (copy !== undefined) mark(trace, 'mirrored');
    const written = record(trace, request, response, isolate.now(), isolate.env);
    if (written !== undefined) ctx.waitUntil(written);
    if (copy !== undefined) ctx.waitUntil(sendCopy(copy));
    if (outcome !== 'ok') tellTrouble(trace, request.method, isolate);
  };
  // When the client goes away the runtime runs this, then drops the work that is under way. (A waitUntil around the whole
  // request would serve as well, at a fifth more for every request.) While other work is handed to waitUntil, the runtime drops
  // nothing, so from here on nothing more may begin.
  const leave = () => {
    trace.gone ||= !trace.finished;
    finish(trace.status || 499, 'client_gone');
  };
  request.signal.addEventListener('abort', leave, { once: true });
  try {
    const { response, whole, outcome } = await deliver(request, isolate, ctx, trace);
    if (trace.finished) {
      cancel(response);
      return gone().toResponse();
    }
    trace.status = response.status;
    const followed = follow(response, whole, request.signal, trace.balancer?.timeouts.idle_ms ?? 0);
    if (followed.ended === undefined) finish(response.status, outcome, response);
    else {
      const ended = followed.ended.then((ending) => {
        trace.detail = ending.detail ?? trace.detail;
        finish(response.status, ending.outcome === 'ok' ? outcome : ending.outcome, response);
      });
      ctx.waitUntil(ended);
    }
    return followed.response;
  } catch (error) {
    const known = error instanceof HttpError ? error : defect(error);
    trace.detail = known.detail;
    finish(known.status, known.outcome);
    return known.toResponse();
  }
}

async function deliver(
  request: Request,
  isolate: Isolate,
  ctx: ExecutionContext,
  trace: Trace,
): Promise<Delivery> {
  const url = parseRequestUrl(request.url, request.headers.get('host'));
  trace.url = url;
  const defer = (work: Promise<unknown>) => ctx.waitUntil(work);
  const look = isolate.look(defer);
  if (look !== undefined) await look;
  const compiled = isolate.config.current ?? (await isolate.cold());
  isolate.refresh(defer);
  trace.config_version = compiled.document.version;
  const balancer = match(compiled.matcher, url.host, url.path);
  if (balancer === undefined)
    throw new HttpError(404, 'Not Found', { outcome: 'no_match', detail: url.host });
  trace.balancer = balancer;
  const client = clientOf(request.headers, url, compiled.trusted.get(balancer.id));
  trace.client = client;
  const exchange: Exchange = { request, url, client, compiled, balancer, isolate, ctx, trace };
  if (balancer.maintenance?.enabled) return inMaintenance(balancer.maintenance);
  if (balancer.rate_limit !== undefined) await rateLimit(exchange, balancer.rate_limit);
  const rules = compiled.rules.get(balancer);
  if (rules === undefined) return fromOrigin(exchange);
  const { fixed, ...ruled } = applyRules(exchange, rules);
  if (fixed === undefined) return fromOrigin({ ...exchange, ...ruled });
  return { response: fixedAnswer(fixed, request.method), whole: true, outcome: 'fixed_response' };
}

/** The answer of an origin that the balancer or the request's session chooses. */
async function fromOrigin(exchange: Exchange): Promise<Delivery> {
  const { balancer, compiled, trace } = exchange;
  const { maintenance } = balancer;
  if (maintenance !== undefined && isClosed(balancer, compiled.document.config))
    return inMaintenance(maintenance);
  const claim = balancer.session && (await readSession(exchange, balancer.session));
  // The body is read before an origin is chosen, because after a slow upload the choice would be old. That is done even where
  // there is no other origin to send it to: a client that stalls then occupies no origin.
  const body = exchange.request.body === null ? NO_BODY : await bodyOf(exchange);
  const pinned = claim && (await pinTo(exchange, claim));
  // Nothing is awaited between the choice by load and the first attempt. Requests that waited for the same answer go on
  // together. Each has to see the one before it in flight, or all of them would find the same origin to be the least busy.
  const origins = pinned?.origins ?? admit(exchange, steer(exchange, await decide(exchange)));
  if (balancer.mirror !== undefined) trace.copy = chooseCopy(exchange, balancer.mirror, body);
  const delivery = await failover(exchange, origins, body, pinned?.constraint);
  if (claim === undefined || pinned === undefined) return delivery;
  return { ...delivery, response: await writeSession(exchange, claim, pinned, delivery) };
}

function inMaintenance(page: Maintenance): Delivery {
  return { response: maintenancePage(page), whole: true, outcome: 'maintenance' };
}

/**
 * The request's body, kept where it can be.
 * @throws {HttpError} 400 if it breaks off, 408 if it stalls or takes all the time that the request has
 */
async function bodyOf(exchange: Exchange): Promise<Body> {
  const { request, balancer, trace } = exchange;
  const { first_byte_ms } = balancer.timeouts;
  trace.receiving = true;
  try {
    const left_ms = Math.max(timeLeft(exchange), 1);
    const keeping = keepBody(request, balancer.retry.max_body_bytes, first_byte_ms);
    const body = await (left_ms === Number.POSITIVE_INFINITY ? keeping : within(left_ms, keeping));
    trace.receiving = body.kind === 'stream';
    return body;
  } catch (error) {
    if (!(error instanceof DeadlineError)) throw error;
    const detail = 'request body took longer than `total_ms`';
    throw new HttpError(408, 'Request Timeout', { outcome: 'bad_request', detail });
  }
}

/** An error that nobody foresaw. The operator reads what it was, the client does not. */
function defect(cause: unknown): HttpError {
  console.error('defect', cause);
  const detail = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  return new HttpError(500, 'Internal Server Error', { outcome: 'internal_error', detail, cause });
}
