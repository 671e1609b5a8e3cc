import type { Outcome } from '../../../shared/contracts/carrying.ts';
import { HttpError } from '../../../shared/errors.ts';
import type { Origin } from '../../../shared/model/config.ts';
import { cancel } from '../body/cancel.ts';
import { type Body, canRepeat } from '../body/keep.ts';
import { type Sendable, Upload } from '../body/upload.ts';
import type { Exchange } from '../exchange.ts';
import { mark, type Trace } from '../record/trace.ts';
import type { SessionConstraint } from '../selection/session_constraint.ts';
import { backoff } from './backoff.ts';
import { stillWanted } from './gone.ts';
import { hedge, hedgeDelay } from './hedge.ts';
import { isAnswer, mayMove, mayRepeat, reasonOf, sendsOn } from './retry.ts';
import { Route } from './route.ts';
import { type Attempt, type AttemptResult, runAttempt } from './run_attempt.ts';
import { timeLeft } from './time_left.ts';
import { waitForRoom } from './wait_for_room.ts';

/** What a client gets, and where it comes from. */
export interface Delivery {
  response: Response;
  /** The body has been read already. */
  whole: boolean;
  outcome: Outcome;
  /** Whose answer it is; undefined: the gateway's own. */
  origin?: Origin;
}

/** Seconds: no news of an origin comes sooner than after the shortest monitor interval. */
const RETRY_AFTER = '5';
/** Seconds, the least there is: with the next request that ends an origin has room. */
const RETRY_AFTER_OVERLOAD = '1';

/**
 * Tries one origin after the other until one gives an answer that can be delivered, the attempts are used up, the time
 * is over, or the retry budget has nothing left.
 *
 * If none does, the last real answer of an origin is delivered, if there was one.
 * @param origins in the order to try them
 * @throws {HttpError} 503 when all failed or are full; 502 or 504 when one failed and the request must not be repeated;
 *   504 when `total_ms` is over; 508 for a loop; 499 when the client has left; what the client itself caused
 */
export function failover(
  exchange: Exchange,
  origins: readonly Origin[],
  body: Body,
  constraint?: SessionConstraint,
): Promise<Delivery> {
  return body.kind === 'stream'
    ? withUpload(exchange, origins, new Upload(body), constraint)
    : tryAll(exchange, origins, body, constraint);
}

async function withUpload(
  exchange: Exchange,
  origins: readonly Origin[],
  upload: Upload,
  constraint: SessionConstraint | undefined,
): Promise<Delivery> {
  const { trace } = exchange;
  let goes_on = false;
  try {
    const delivery = await tryAll(exchange, origins, upload, constraint);
    // An origin may answer before it has read everything. An answer kept from an earlier attempt has no upload any more.
    goes_on = trace.attempt === trace.last_attempt;
    return delivery;
  } finally {
    upload.end(goes_on);
  }
}

async function tryAll(
  exchange: Exchange,
  origins: readonly Origin[],
  body: Sendable,
  constraint: SessionConstraint | undefined,
): Promise<Delivery> {
  const { request, isolate, trace, balancer } = exchange;
  const { retry } = balancer;
  stillWanted(trace);
  const budget = retry.budget && isolate.guards.budget(balancer);
  if (retry.budget !== undefined) {
    budget?.request(retry.budget, isolate.now());
    if (balancer.hedging !== undefined) isolate.guards.hedges(balancer).request(retry.budget, isolate.now());
  }
  const route = new Route(exchange, origins, constraint);
  /** A real answer that is delivered if no better one comes. */
  let spare: AttemptResult | undefined;
  let failed: AttemptResult | undefined;
  const look = route.extend();
  if (look !== undefined) await look;
  let attempt = route.begin();
  if (attempt === undefined && route.full) attempt = await waitForRoom(exchange, route, origins[0]);
  while (attempt !== undefined) {
    const first = attempt.number === 1;
    const delay_ms = first && constraint?.kept === undefined ? hedgeDelay(exchange, body) : undefined;
    let result: AttemptResult;
    if (delay_ms === undefined)
      result = await runAttempt(
        exchange,
        attempt,
        body,
        route.continues && mayMove(request, canRepeat(body), retry),
      );
    else {
      const hedged = await hedge(exchange, route, attempt, body, delay_ms);
      if (hedged.failed !== undefined) spare = noteFailed(trace, hedged.failed, spare);
      result = hedged.result;
    }
    if (isAnswer(result, retry)) {
      cancel(spare?.response);
      if (!first) budget?.refund();
      return deliver(trace, result, 'ok');
    }
    spare = noteFailed(trace, result, spare);
    failed = result;
    const { failure } = result;
    if (failure?.outcome === 'loop') break;
    if (
      !sendsOn(result, retry) ||
      !mayRepeat(request, failure?.reached ?? true, isWhole(body, request), retry)
    )
      break;
    if (body.kind === 'upload') body.pause();
    // Done with for load; its answer is only kept in case that no other comes.
    result.attempt.release();
    attempt = await nextAttempt(exchange, route, result);
  }
  if (spare !== undefined) return deliver(trace, spare, outcomeOf(spare));
  if (failed !== undefined) tell(trace, failed);
  throw failed === undefined || attempt === undefined
    ? unavailable(exchange, route, failed)
    : notRepeated(failed);
}

/** Whether another attempt could send all of a body. */
function isWhole(body: Sendable, request: Request): boolean {
  if (body.kind === 'upload') return body.repeatable;
  return canRepeat(body) || !request.bodyUsed;
}

/** Begins the next attempt, after a wait where one is due. @returns undefined: there is to be none */
async function nextAttempt(
  exchange: Exchange,
  route: Route,
  failed: AttemptResult,
): Promise<Attempt | undefined> {
  const { balancer, isolate, trace } = exchange;
  const { attempts, budget: rule, backoff: pause } = balancer.retry;
  if (trace.attempts >= attempts || timeLeft(exchange) <= 0) return undefined;
  await route.extend();
  const next = route.peek();
  if (next === undefined) return undefined;
  const budget = rule && isolate.guards.budget(balancer);
  if (rule !== undefined && budget?.take(rule, isolate.now()) === false) {
    mark(trace, 'budget_refused');
    return undefined;
  }
  let attempt: Attempt | undefined;
  try {
    // Another origin need not wait for what this one did; but what two have failed may be everybody's trouble.
    if (pause !== undefined && (trace.attempts > 1 || next.again)) await waitOut(exchange, pause);
    await route.extend();
    if (timeLeft(exchange) > 0) attempt = route.begin();
  } finally {
    if (attempt === undefined) budget?.refund();
  }
  if (attempt !== undefined) trace.retry_reason = reasonOf(failed);
  return attempt;
}

async function waitOut(exchange: Exchange, pause: Parameters<typeof backoff>[1]): Promise<void> {
  const { isolate, trace } = exchange;
  const began_at = isolate.now();
  const ms = Math.min(backoff(trace.attempts, pause, isolate.random), timeLeft(exchange));
  await new Promise((resolve) => setTimeout(resolve, ms));
  trace.backoff_ms += Math.max(0, isolate.now() - began_at);
}

/** @returns the answer to deliver if no better one comes */
function noteFailed(
  trace: Trace,
  result: AttemptResult,
  spare: AttemptResult | undefined,
): AttemptResult | undefined {
  trace.failed_origins.push(result.attempt.origin.id);
  if (result.response === undefined) return spare;
  cancel(spare?.response);
  return result;
}

/** Has the data point tell of an attempt; the others have failed. */
function tell(trace: Trace, { attempt, first_byte_ms }: AttemptResult): void {
  trace.attempt = attempt;
  trace.first_byte_ms = first_byte_ms;
  const at = trace.failed_origins.lastIndexOf(attempt.origin.id);
  if (at !== -1) trace.failed_origins.splice(at, 1);
}

function deliver(trace: Trace, result: AttemptResult, outcome: Outcome): Delivery {
  tell(trace, result);
  const { response, whole, attempt } = result;
  if (response === undefined) throw new TypeError('an attempt without an answer has nothing to deliver');
  return { response, whole, outcome, origin: attempt.origin };
}

/** How a request ends that ends with a failed attempt. */
function outcomeOf({ failure }: AttemptResult): Outcome {
  return failure?.outcome ?? 'error_status';
}

function unavailable(exchange: Exchange, { full }: Route, failed: AttemptResult | undefined): HttpError {
  if (timeLeft(exchange) <= 0) return new HttpError(504, 'Gateway Timeout', { outcome: 'timeout' });
  const outcome = full ? 'overloaded' : failed === undefined ? 'no_origin' : outcomeOf(failed);
  const headers = { 'retry-after': full ? RETRY_AFTER_OVERLOAD : RETRY_AFTER };
  return new HttpError(503, 'Service Unavailable', { outcome, headers });
}

/** A request that must not be sent again, because an application may have acted on it or `retry.on` says so, ends here. */
function notRepeated(failed: AttemptResult): HttpError {
  const outcome = outcomeOf(failed);
  const { id } = failed.attempt.origin;
  if (outcome === 'loop') return new HttpError(508, 'Loop Detected', { outcome, detail: id });
  const detail = `${id}: not repeated`;
  return outcome === 'timeout'
    ? new HttpError(504, 'Gateway Timeout', { outcome, detail })
    : new HttpError(502, 'Bad Gateway', { outcome, detail });
}
