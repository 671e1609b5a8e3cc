import type { Outcome } from '../../shared/contracts/carrying.ts';
import { HttpError } from '../../shared/errors.ts';
import type { Maintenance } from '../../shared/model/config.ts';
import { type Delivery, failover } from './attempt/failover.ts';
import { cancel } from './body/cancel.ts';
import { follow } from './body/follow.ts';
import type { Body } from './body/keep.ts';
import { receiveBody } from './body/receive.ts';
import { Attempts } from './exchange/attempts.ts';
import type { Exchange } from './exchange/exchange.ts';
import { gone, Lifetime } from './exchange/lifetime.ts';
import { beginTrace, mark } from './exchange/trace.ts';
import { rateLimit } from './limits/rate_limit.ts';
import { chooseCopy } from './mirror/choose_copy.ts';
import { mayCopy, sendCopy } from './mirror/send_copy.ts';
import { record } from './record/record.ts';
import { tellTrouble } from './record/tell_trouble.ts';
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

/** A request that has just begun: the parts of an {@link Exchange} that are there from the start. */
type Begun = Pick<Exchange, 'request' | 'isolate' | 'ctx' | 'started_at' | 'life' | 'attempts' | 'trace'>;

/**
 * Serves a request: match, apply rules, decide, attempt, deliver, record. Only this function turns errors into answers. It
 * never rejects.
 */
export async function serve(request: Request, isolate: Isolate, ctx: ExecutionContext): Promise<Response> {
  const started_at = isolate.now();
  const life = new Lifetime();
  const attempts = new Attempts();
  const trace = beginTrace();
  const begun: Begun = { request, isolate, ctx, started_at, life, attempts, trace };
  let status = 0;
  // When the client goes away the runtime runs this, then drops the work that is under way. (A waitUntil around the whole
  // request would serve as well, at a fifth more for every request.) While other work is handed to waitUntil, the runtime drops
  // nothing, so from here on nothing more may begin.
  const leave = () => {
    life.gone ||= !life.ended;
    finish(begun, status || 499, 'client_gone');
  };
  request.signal.addEventListener('abort', leave, { once: true });
  try {
    const { response, whole, outcome, idle_ms = 0 } = await deliver(begun);
    if (life.ended) {
      cancel(response);
      return gone().toResponse();
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
    const known = error instanceof HttpError ? error : defect(error);
    trace.detail = known.detail;
    finish(begun, known.status, known.outcome);
    return known.toResponse();
  }
}

/** Chooses the load balancer and the way to its answer: maintenance, rate limit, rules, an origin. */
async function deliver({
  request,
  isolate,
  ctx,
  started_at,
  life,
  attempts,
  trace,
}: Begun): Promise<Delivery> {
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
  const incoming = { request, url, client, started_at };
  const exchange: Exchange = { ...incoming, compiled, balancer, isolate, ctx, life, attempts, trace };
  if (balancer.maintenance?.enabled) return inMaintenance(balancer.maintenance);
  if (balancer.rate_limit !== undefined) await rateLimit(exchange, balancer.rate_limit);
  const prepared = compiled.rules.get(balancer);
  if (prepared === undefined) return fromOrigin(exchange);
  const { fixed, events, ...ruled } = applyRules(balancer, prepared, incoming);
  for (const event of events) mark(trace, event);
  if (fixed === undefined) return fromOrigin({ ...exchange, ...ruled });
  return { response: fixedAnswer(fixed, request.method), whole: true, outcome: 'fixed_response' };
}

/** The answer of an origin that the balancer or the request's session chooses. */
async function fromOrigin(exchange: Exchange): Promise<Delivery> {
  const { request, balancer, compiled, life } = exchange;
  const { maintenance, mirror } = balancer;
  if (maintenance !== undefined && isClosed(balancer, compiled.document.config))
    return inMaintenance(maintenance);
  const claim = balancer.session && (await readSession(exchange, balancer.session));
  // The body is read before an origin is chosen, because after a slow upload the choice would be old. That is done even where
  // there is no other origin to send it to: a client that stalls then occupies no origin.
  const body = request.body === null ? NO_BODY : await receiveBody(exchange);
  const pinned = claim && (await pinTo(exchange, claim));
  // Nothing is awaited between the choice by load and the first attempt. Requests that waited for the same answer go on
  // together. Each has to see the one before it in flight, or all of them would find the same origin to be the least busy.
  const selection = pinned ?? admit(exchange, steer(exchange, await decide(exchange)));
  const copy = mirror && chooseCopy(exchange, mirror, body);
  if (copy !== undefined) life.send_copy = () => sendCopy(copy);
  const delivery = await failover(exchange, selection, body);
  if (claim === undefined || pinned === undefined) return delivery;
  return { ...delivery, response: await writeSession(exchange, claim, pinned, delivery) };
}

function inMaintenance(page: Maintenance): Delivery {
  return { response: maintenancePage(page), whole: true, outcome: 'maintenance' };
}

/** Ends a request: returns its counts, writes its data point, sends its copy to a mirror. Calls after the first have no effect. */
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
  const written = record(ended, isolate.env);
  if (written !== undefined) ctx.waitUntil(written);
  if (send_copy !== undefined) ctx.waitUntil(send_copy());
  if (outcome !== 'ok') tellTrouble(ended, life.receiving, isolate.complaints);
}

/** An error that nobody foresaw. The operator reads what it was, the client does not. */
function defect(cause: unknown): HttpError {
  console.error('defect', cause);
  const detail = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  return new HttpError(500, 'Internal Server Error', { outcome: 'internal_error', detail, cause });
}
