import type { Outcome } from '../../../shared/contracts/carrying.ts';
import { cancel } from '../body/cancel.ts';
import { type Body, canRepeat } from '../body/keep.ts';
import { type Sendable, Upload } from '../body/upload.ts';
import type { Attempt, AttemptResult, Attempts } from '../exchange/attempts.ts';
import { type Exchange, stillWanted } from '../exchange/exchange.ts';
import type { Selection } from '../selection/selection.ts';
import { hedge, hedgeDelay } from './hedge.ts';
import { nextAttempt } from './next_attempt.ts';
import { notRepeated, outcomeOf, unavailable } from './no_answer.ts';
import { isAnswer, isReplaceable, mayRepeat, retriesOn } from './retry.ts';
import { Route } from './route.ts';
import { runAttempt } from './run_attempt.ts';
import { waitForRoom } from './wait_for_room.ts';

/** A response for the client, and where it came from. */
export interface Delivery {
  response: Response;
  /** Whether the body has been read to its end. */
  whole: boolean;
  outcome: Outcome;
  /** The attempt that brought the response. Absent: the gateway made it. */
  attempt?: Attempt;
  /** How long the body may stand still, in milliseconds. Absent: without limit. */
  idle_ms?: number;
}

/**
 * Tries one origin after the other until one gives an answer that needs no retry, or until attempts, time or retry budget
 * run out. Then it delivers the last answer that an origin gave, if there was one.
 *
 * @throws {HttpError} 503 if all origins failed or are full; 502 or 504 if one failed and the request must not be repeated;
 *   504 if `total_ms` is over; 508 for a loop; 499 if the client has left; 400 or 408 if the client's upload failed
 */
export function failover(exchange: Exchange, selection: Selection, body: Body): Promise<Delivery> {
  return body.kind === 'stream'
    ? withUpload(exchange, selection, new Upload(body))
    : tryAll(exchange, selection, body);
}

async function withUpload(exchange: Exchange, selection: Selection, upload: Upload): Promise<Delivery> {
  let goes_on = false;
  try {
    const delivery = await tryAll(exchange, selection, upload);
    // An origin may answer before it has read everything, and still gets the rest. The upload of an earlier attempt is over.
    goes_on = delivery.attempt === exchange.attempts.last;
    return delivery;
  } finally {
    upload.end(goes_on);
  }
}

async function tryAll(exchange: Exchange, selection: Selection, body: Sendable): Promise<Delivery> {
  const { request, isolate, attempts, balancer } = exchange;
  const { retry } = balancer;
  stillWanted(exchange.life);
  const budget = retry.budget && isolate.guards.budget(balancer);
  if (retry.budget !== undefined) {
    budget?.request(retry.budget, isolate.now());
    if (balancer.hedging !== undefined) isolate.guards.hedges(balancer).request(retry.budget, isolate.now());
  }
  const route = new Route(exchange, selection);
  /** The last failed attempt that brought an answer. It is delivered if no better answer comes. */
  let answered: AttemptResult | undefined;
  let failed: AttemptResult | undefined;
  const look = route.extend();
  if (look !== undefined) await look;
  let attempt = route.begin();
  if (attempt === undefined && route.full) attempt = await waitForRoom(exchange, route, selection.origins[0]);
  while (attempt !== undefined) {
    const first = attempt.number === 1;
    const delay_ms =
      first && selection.constraint?.kept === undefined ? hedgeDelay(exchange, body) : undefined;
    let result: AttemptResult;
    if (delay_ms === undefined) {
      const replaceable = route.continues && isReplaceable(request, canRepeat(body), retry);
      result = await runAttempt(exchange, attempt, body, replaceable);
    } else {
      const hedged = await hedge(exchange, route, attempt, body, delay_ms);
      if (hedged.failed !== undefined) answered = noteFailed(attempts, hedged.failed, answered);
      result = hedged.result;
    }
    if (isAnswer(result, retry)) {
      cancel(answered?.response);
      if (!first) budget?.refund();
      return deliver(exchange, result, 'ok');
    }
    answered = noteFailed(attempts, result, answered);
    failed = result;
    if (!mayRetry(exchange, result, body)) break;
    if (body.kind === 'upload') body.pause();
    // The attempt is no longer load at its origin, although its answer is kept in case no better one comes.
    result.attempt.release();
    attempt = await nextAttempt(exchange, route, result);
  }
  if (answered !== undefined) return deliver(exchange, answered, outcomeOf(answered));
  attempts.ended_with = failed;
  throw failed === undefined || attempt === undefined
    ? unavailable(exchange, route.full, failed)
    : notRepeated(failed);
}

/** Whether a request may go to another origin after this result: the configuration wants it, and repeating it is safe. */
function mayRetry({ request, balancer }: Exchange, result: AttemptResult, body: Sendable): boolean {
  const { failure } = result;
  if (failure?.outcome === 'loop') return false;
  const whole = body.kind === 'upload' ? body.repeatable : canRepeat(body) || !request.bodyUsed;
  return (
    retriesOn(result, balancer.retry) && mayRepeat(request, failure?.reached ?? true, whole, balancer.retry)
  );
}

/** Notes a failed attempt. @returns the last failed attempt that brought an answer; `answered` is the one before */
function noteFailed(
  attempts: Attempts,
  result: AttemptResult,
  answered: AttemptResult | undefined,
): AttemptResult | undefined {
  attempts.failed.push(result);
  if (result.response === undefined) return answered;
  cancel(answered?.response);
  return result;
}

function deliver({ attempts, balancer }: Exchange, result: AttemptResult, outcome: Outcome): Delivery {
  attempts.ended_with = result;
  const { response, whole, attempt } = result;
  if (response === undefined) throw new TypeError('deliver() needs an attempt with an answer');
  return { response, whole, outcome, attempt, idle_ms: balancer.timeouts.idle_ms ?? 0 };
}
