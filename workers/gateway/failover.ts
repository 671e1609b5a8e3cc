import type { Origin } from '../../shared/config/config.ts';
import type { Outcome } from '../../shared/contracts/carrying.ts';
import { HttpError } from '../../shared/errors.ts';
import { type Body, canRepeat } from './body.ts';
import type { Exchange } from './exchange.ts';
import { backoff } from './resilience/backoff.ts';
import { hedge, hedgeDelay } from './resilience/hedge.ts';
import { Route } from './resilience/route.ts';
import type { Tie } from './resilience/tie.ts';
import { waitForRoom } from './resilience/wait_for_room.ts';
import { isAnswer, mayRepeat, sendsOn } from './retry.ts';
import { mark } from './trace.ts';
import { beginTurn, endTurn, noteFailed, type Tried } from './try_origin.ts';

/** The answer to deliver. Its origin has it in flight until `trace.release`. */
export interface Delivery {
  response: Response;
  /** The body has been read already. */
  whole: boolean;
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
 * @throws {HttpError} 503 when all failed or are full; 502 or 504 when one failed and the request must not be repeated;
 *   504 when `total_ms` is over; 508 for a loop; what the client itself caused
 */
export async function failover(
  exchange: Exchange,
  origins: readonly Origin[],
  body: Body,
  tie?: Tie,
): Promise<Delivery> {
  const { request, isolate, trace, balancer } = exchange;
  const { retry, timeouts } = balancer;
  const repeatable = canRepeat(body);
  // An upload that is streamed takes the time it takes; it is attempted once.
  const ends_at = repeatable ? isolate.now() + (timeouts.total_ms ?? Infinity) : Infinity;
  const budget = retry.budget && isolate.guards.budget(balancer);
  if (retry.budget !== undefined) {
    budget?.request(retry.budget, isolate.now());
    if (balancer.hedging !== undefined) isolate.guards.hedges(balancer).request(retry.budget, isolate.now());
  }
  const route = new Route(exchange, origins, tie);
  let last: Delivery | undefined;
  const first_look = route.extend();
  if (first_look !== undefined) await first_look;
  let origin = route.next();
  if (origin === undefined && route.full) origin = await waitForRoom(exchange, route, origins[0]);
  while (origin !== undefined) {
    const first = trace.attempts === 0;
    const delay_ms = first && tie?.kept === undefined ? hedgeDelay(exchange, body) : undefined;
    const tried: Tried =
      delay_ms === undefined
        ? await endTurn(exchange, beginTurn(exchange, origin), body, ends_at)
        : await hedge(exchange, route, origin, body, ends_at, delay_ms);
    if (tried.response !== undefined) {
      abandon(last);
      last = { response: tried.response, whole: tried.whole };
    }
    if (isAnswer(tried, retry) && last !== undefined) {
      if (!first) budget?.giveBack();
      trace.outcome = 'ok';
      return last;
    }
    trace.outcome = tried.failure?.outcome ?? 'error_status';
    if (trace.outcome === 'loop')
      throw new HttpError(508, 'Loop Detected', { outcome: 'loop', detail: origin.id });
    if (!sendsOn(tried, retry) || !mayRepeat(request, tried.failure?.reached ?? true, repeatable, retry)) {
      if (tried.response !== undefined && last !== undefined) return last;
      throw notRepeated(trace.outcome, tried.turn.origin);
    }
    // Done with for load; its answer is only kept in case that no other comes.
    tried.turn.release();
    origin = await nextFor(exchange, route, tried, ends_at);
  }
  if (last !== undefined) return last;
  throw nobody(exchange, route, ends_at);
}

/** The origin for another attempt, after a wait where one is due; undefined: there is to be none. */
async function nextFor(
  { balancer, isolate, trace }: Exchange,
  route: Route,
  failed: Tried,
  ends_at: number,
): Promise<Origin | undefined> {
  const { attempts, budget, backoff: pause } = balancer.retry;
  if (trace.attempts >= attempts || isolate.now() >= ends_at) return undefined;
  await route.extend();
  const origin = route.next();
  if (origin === undefined) return undefined;
  if (budget !== undefined && !isolate.guards.budget(balancer).take(budget, isolate.now())) {
    mark(trace, 'budget_refused');
    return undefined;
  }
  noteFailed(trace, failed);
  // Another origin need not wait for what this one did; but what two have failed may be everybody's trouble.
  if (pause !== undefined && (trace.attempts > 1 || route.again)) {
    const began_at = isolate.now();
    const ms = Math.min(backoff(trace.attempts, pause, isolate.random), ends_at - began_at);
    await new Promise((resolve) => setTimeout(resolve, ms));
    trace.backoff_ms += isolate.now() - began_at;
  }
  return isolate.now() < ends_at ? origin : undefined;
}

function nobody({ isolate, trace }: Exchange, { full }: Route, ends_at: number): HttpError {
  if (isolate.now() >= ends_at) return new HttpError(504, 'Gateway Timeout', { outcome: 'timeout' });
  const outcome = full ? 'overloaded' : trace.outcome === 'ok' ? 'no_origin' : trace.outcome;
  const headers = { 'retry-after': full ? RETRY_AFTER_OVERLOAD : RETRY_AFTER };
  return new HttpError(503, 'Service Unavailable', { outcome, headers });
}

/** A request that must not be sent again, for an application may have acted on it or `retry.on` says so, ends here. */
function notRepeated(outcome: Outcome, origin: Origin): HttpError {
  const detail = `${origin.id}: not repeated`;
  return outcome === 'timeout'
    ? new HttpError(504, 'Gateway Timeout', { outcome, detail })
    : new HttpError(502, 'Bad Gateway', { outcome, detail });
}

/** Lets go of an answer that is not delivered: an unread body would hold its connection. */
function abandon(delivery: Delivery | undefined): void {
  delivery?.response.body?.cancel().catch(() => {});
}
