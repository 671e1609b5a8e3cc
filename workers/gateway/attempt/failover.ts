import type { Outcome } from '../../../shared/contracts/carrying.ts';
import { cancel } from '../body/cancel.ts';
import { type Body, canRepeat } from '../body/keep.ts';
import { type Sendable, Upload } from '../body/upload.ts';
import type { Attempt, AttemptResult, Attempts } from '../exchange/attempts.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { stillWanted } from '../exchange/lifetime.ts';
import type { Selection } from '../selection/selection.ts';
import { hedge, hedgeDelay } from './hedge.ts';
import { nextAttempt } from './next_attempt.ts';
import { notRepeated, outcomeOf, unavailable } from './no_answer.ts';
import { isAnswer, mayMove, mayRepeat, sendsOn } from './retry.ts';
import { Route } from './route.ts';
import { runAttempt } from './run_attempt.ts';
import { waitForRoom } from './wait_for_room.ts';

/** The response for the client, and where it comes from. */
export interface Delivery {
  response: Response;
  /** The body has been read already. */
  whole: boolean;
  outcome: Outcome;
  /** The attempt that brought the response. Absent: the gateway made it. */
  attempt?: Attempt;
  /** How long the body may stand still, in milliseconds. Absent: for ever. */
  idle_ms?: number;
}

/**
 * Tries one origin after the other until one gives an answer that can be delivered, the attempts are used up, the time
 * is over, or the retry budget is empty. If none does, the last real answer of an origin is delivered, if there was one.
 *
 * @throws {HttpError} 503 if all failed or are full; 502 or 504 if one failed and the request must not be repeated;
 *   504 if `total_ms` is over; 508 for a loop; 499 if the client has left; whatever the client itself caused
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
    // An origin may answer before it has read everything. An answer kept from an earlier attempt has no upload any more.
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
  /** A real answer that is delivered if no better one comes. */
  let spare: AttemptResult | undefined;
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
      const holds = route.continues && mayMove(request, canRepeat(body), retry);
      result = await runAttempt(exchange, attempt, body, holds);
    } else {
      const hedged = await hedge(exchange, route, attempt, body, delay_ms);
      if (hedged.failed !== undefined) spare = noteFailed(attempts, hedged.failed, spare);
      result = hedged.result;
    }
    if (isAnswer(result, retry)) {
      cancel(spare?.response);
      if (!first) budget?.refund();
      return deliver(exchange, result, 'ok');
    }
    spare = noteFailed(attempts, result, spare);
    failed = result;
    if (!maySendAgain(exchange, result, body)) break;
    if (body.kind === 'upload') body.pause();
    // The attempt no longer counts as load. Its answer is only kept in case that no other comes.
    result.attempt.release();
    attempt = await nextAttempt(exchange, route, result);
  }
  if (spare !== undefined) return deliver(exchange, spare, outcomeOf(spare));
  attempts.ended_with = failed;
  throw failed === undefined || attempt === undefined
    ? unavailable(exchange, route.full, failed)
    : notRepeated(failed);
}

/** Whether a request with this result may go to another origin, by `retry.on` and because repeating it does no harm. */
function maySendAgain({ request, balancer }: Exchange, result: AttemptResult, body: Sendable): boolean {
  const { failure } = result;
  if (failure?.outcome === 'loop') return false;
  const whole = body.kind === 'upload' ? body.repeatable : canRepeat(body) || !request.bodyUsed;
  return (
    sendsOn(result, balancer.retry) && mayRepeat(request, failure?.reached ?? true, whole, balancer.retry)
  );
}

/** @returns the answer to deliver if no better one comes */
function noteFailed(
  attempts: Attempts,
  result: AttemptResult,
  spare: AttemptResult | undefined,
): AttemptResult | undefined {
  attempts.fail(result);
  if (result.response === undefined) return spare;
  cancel(spare?.response);
  return result;
}

function deliver({ attempts, balancer }: Exchange, result: AttemptResult, outcome: Outcome): Delivery {
  attempts.ended_with = result;
  const { response, whole, attempt } = result;
  if (response === undefined) throw new TypeError('an attempt without an answer has nothing to deliver');
  return { response, whole, outcome, attempt, idle_ms: balancer.timeouts.idle_ms ?? 0 };
}
