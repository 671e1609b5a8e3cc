import type { Outcome } from '../../shared/contracts/carrying.ts';
import { HttpError } from '../../shared/errors.ts';
import { keepBody } from './body.ts';
import { clientOf } from './client.ts';
import { decide } from './decide.ts';
import type { Exchange } from './exchange.ts';
import { type Delivery, failover } from './failover.ts';
import { follow } from './follow.ts';
import type { Isolate } from './isolate.ts';
import { rateLimit } from './limits/rate_limit.ts';
import { maintenanceOf, maintenancePage } from './maintenance.ts';
import { match } from './match.ts';
import { chooseCopy } from './mirror/choose_copy.ts';
import { endsInCopy, sendCopy } from './mirror/send_copy.ts';
import { record } from './record.ts';
import { admit } from './resilience/admit.ts';
import { fixedAnswer } from './rules/fixed_answer.ts';
import { applyRules } from './rules/rules.ts';
import { pinTo } from './session/pin_to.ts';
import { readSession } from './session/read.ts';
import { writeSession } from './session/write.ts';
import { steer } from './steer.ts';
import { parseTarget } from './target.ts';
import { beginTrace, mark, type Trace } from './trace.ts';

/**
 * The way of a request: match, apply rules, decide, attempt, deliver, record. Errors are rendered here and nowhere else;
 * this never rejects.
 */
export async function serve(request: Request, isolate: Isolate, ctx: ExecutionContext): Promise<Response> {
  const trace = beginTrace(isolate.now());
  const finish = (status: number, outcome: Outcome, response?: Response) => {
    if (trace.finished) return;
    trace.finished = true;
    trace.release();
    trace.status = status;
    trace.outcome = outcome;
    const copy = endsInCopy(trace) ? trace.copy : undefined;
    if (copy !== undefined) mark(trace, 'mirrored');
    const written = record(trace, request, response, isolate.now(), isolate.env);
    if (written !== undefined) ctx.waitUntil(written);
    if (copy !== undefined) ctx.waitUntil(sendCopy(copy));
  };
  // When the client goes away the runtime drops all that is under way, but runs this first. (A waitUntil around
  // the whole request would do too, and cost every request a fifth more.) 499 is nginx's word for it.
  request.signal.addEventListener('abort', () => finish(trace.status || 499, 'client_gone'), { once: true });
  try {
    const { response, whole } = await deliver(request, isolate, ctx, trace);
    trace.status = response.status;
    const followed = follow(response, whole, request.signal, trace.balancer?.timeouts.idle_ms ?? 0);
    if (followed.ended === undefined) finish(response.status, trace.outcome, response);
    else {
      const ended = followed.ended.then(({ outcome, detail }) => {
        trace.detail = detail ?? trace.detail;
        finish(response.status, outcome === 'ok' ? trace.outcome : outcome, response);
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
  const target = parseTarget(request.url, request.headers.get('host'));
  trace.target = target;
  const defer = (work: Promise<unknown>) => ctx.waitUntil(work);
  const look = isolate.look(defer);
  if (look !== undefined) await look;
  const loaded = isolate.config.current ?? (await isolate.cold());
  isolate.refresh(defer);
  trace.config_version = loaded.document.version;
  const balancer = match(loaded.matcher, target.host, target.path);
  if (balancer === undefined)
    throw new HttpError(404, 'Not Found', { outcome: 'no_match', detail: target.host });
  trace.balancer = balancer;
  const client = clientOf(request.headers, target, loaded.trusted.get(balancer.id));
  trace.client = client;
  const exchange: Exchange = { request, target, client, loaded, balancer, isolate, ctx, trace };
  const page = balancer.maintenance && maintenanceOf(balancer, loaded.document.config);
  if (page !== undefined) {
    trace.outcome = 'maintenance';
    return { response: maintenancePage(page), whole: true };
  }
  if (balancer.rate_limit !== undefined) await rateLimit(exchange, balancer.rate_limit);
  const rules = loaded.rules.get(balancer);
  if (rules === undefined) return fromOrigin(exchange);
  const { fixed, ...ruled } = applyRules(exchange, rules);
  if (fixed === undefined) return fromOrigin({ ...exchange, ...ruled });
  trace.outcome = 'fixed_response';
  return { response: fixedAnswer(fixed, request.method), whole: true };
}

/** The answer of an origin that the balancer or the request's session chooses. */
async function fromOrigin(exchange: Exchange): Promise<Delivery> {
  const { request, balancer } = exchange;
  const claim = balancer.session && (await readSession(exchange, balancer.session));
  // Also where there is no other origin to send it to: a client that stalls then occupies none.
  const body = await keepBody(request, balancer.retry.max_body_bytes, balancer.timeouts.first_byte_ms);
  const pinned = claim && (await pinTo(exchange, claim));
  // Nothing is awaited between settling and the first attempt. Requests that waited for the same answer go on together, and
  // each has to see the one before it in flight, or all of them would find the same origin to be the least busy.
  const origins = pinned?.origins ?? admit(exchange, steer(exchange, await decide(exchange)));
  if (balancer.mirror !== undefined) exchange.trace.copy = chooseCopy(exchange, balancer.mirror, body);
  const delivery = await failover(exchange, origins, body, pinned?.tie);
  if (claim === undefined || pinned === undefined) return delivery;
  return { ...delivery, response: await writeSession(exchange, claim, pinned, delivery.response) };
}

/** Something that was not foreseen: the operator reads what, the client does not. */
function defect(cause: unknown): HttpError {
  console.error('defect', cause);
  const detail = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  return new HttpError(500, 'Internal Server Error', { outcome: 'internal_error', detail, cause });
}
