import { SAFE } from '../../../shared/http/idempotent.ts';
import type { Balancer, Hedging } from '../../../shared/model/config.ts';
import { DeadlineError, within } from '../../../shared/time/within.ts';
import { cancel } from '../body/cancel.ts';
import { canRepeat } from '../body/keep.ts';
import type { Sendable } from '../body/upload.ts';
import type { Attempt, AttemptResult } from '../exchange/attempts.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { mark } from '../exchange/trace.ts';
import type { Guards } from '../state/guards.ts';
import { noteGivenUp, noteLost } from './note_result.ts';
import { isAnswer, isEarly, mayMove, reasonOf } from './retry.ts';
import type { Route } from './route.ts';
import { runAttempt } from './run_attempt.ts';

/**
 * After how long without an answer a request is to be sent to a second origin (Dean and Barroso, The Tail at Scale).
 *
 * Only methods that read: of two DELETEs at once the second may answer 404 before the first answers 204.
 * @returns undefined: never, because the balancer does not hedge, or the request changes something, begins a WebSocket or
 *   is too long to be kept; or it is not known yet how long answers take
 */
export function hedgeDelay({ request, balancer, isolate }: Exchange, body: Sendable): number | undefined {
  const { hedging, retry } = balancer;
  if (hedging === undefined || retry.attempts < 2 || !canRepeat(body)) return undefined;
  const { method, headers } = request;
  if (!SAFE.has(method) || headers.has('upgrade') || isEarly(headers)) return undefined;
  return delayOf(hedging, isolate.guards, balancer, isolate.now());
}

function delayOf(hedging: Hedging, guards: Guards, balancer: Balancer, now: number): number | undefined {
  if ('after_ms' in hedging) return hedging.after_ms;
  return guards.times(balancer).percentile(hedging.percentile, now);
}

/**
 * A first attempt that has lost is given up after twice the time at which it lost, and at least this much later. Within a few
 * milliseconds any origin can lose to any other, and the timers of a busy isolate are late by tens of milliseconds.
 */
const LEAST_GRACE_MS = 100;

/** An attempt under way that can be given up. */
interface Running {
  attempt: Attempt;
  ended: Promise<AttemptResult>;
  abort: AbortController;
}

/** The result of two attempts. */
interface Hedged {
  /** The one that brought the answer; the one that ended last if both failed. */
  result: AttemptResult;
  /** The other one, if it has failed. */
  failed?: AttemptResult;
}

/**
 * Waits for an attempt, and after `delay_ms` without an answer sends the request to the next origin as well, if their
 * budget allows it. The first answer wins, and the other attempt is given up.
 *
 * A lost first attempt can count as a failure of its origin, because an origin that hangs would otherwise never be ejected. An
 * origin that is only a little slower must not be ejected. So the lost attempt goes on behind the answer, until it has had
 * twice the time at which it lost (at least {@link LEAST_GRACE_MS} more). It counts as a failure if it has no answer by then.
 *
 * @param attempt the first attempt, begun
 * @throws {HttpError} 499 if the client has left
 */
export async function hedge(
  exchange: Exchange,
  route: Route,
  attempt: Attempt,
  body: Sendable,
  delay_ms: number,
): Promise<Hedged> {
  const { attempts, trace, balancer } = exchange;
  const first = start(exchange, attempt, body);
  const early = await endedWithin(delay_ms, first.ended);
  if (early !== undefined) return { result: early };
  let second: Running | undefined;
  try {
    const other = beginOther(exchange, route);
    if (other === undefined) return { result: await first.ended };
    mark(trace, 'hedged');
    const hedged = start(exchange, other, body);
    second = hedged;
    const [result, rest] = await Promise.race([
      first.ended.then((ended) => [ended, hedged] as const),
      hedged.ended.then((ended) => [ended, first] as const),
    ]);
    if (isAnswer(result, balancer.retry)) {
      if (rest === first) exchange.ctx.waitUntil(outwait(exchange, first));
      else giveUp(exchange, rest);
      if (rest === first) mark(trace, 'hedge_won');
      return { result };
    }
    result.attempt.release();
    attempts.retry_reason = reasonOf(result);
    const last = await rest.ended;
    if (rest === hedged && isAnswer(last, balancer.retry)) mark(trace, 'hedge_won');
    return { result: last, failed: result };
  } catch (error) {
    first.abort.abort();
    second?.abort.abort();
    throw error;
  }
}

function start(exchange: Exchange, attempt: Attempt, body: Sendable): Running {
  const abort = new AbortController();
  const { request, balancer } = exchange;
  // The other attempt can answer in the place of this one.
  const holds = mayMove(request, true, balancer.retry);
  const ended = runAttempt(exchange, attempt, body, holds, abort.signal);
  // It may fail when nobody waits for it any more.
  ended.catch(() => {});
  return { attempt, ended, abort };
}

/** Begins the second attempt at the next origin that is not ejected, if the budget for hedges has one left. */
function beginOther({ balancer, isolate, trace }: Exchange, route: Route): Attempt | undefined {
  const { budget: rule } = balancer.retry;
  const budget = isolate.guards.hedges(balancer);
  const now = isolate.now();
  if (rule !== undefined && !budget.take(rule, now)) {
    mark(trace, 'budget_refused');
    return undefined;
  }
  const { outliers } = isolate.guards;
  let attempt: Attempt | undefined;
  try {
    attempt = route.beginFresh(({ id }) => outliers.share(id, now) > 0);
  } finally {
    if (attempt === undefined && rule !== undefined) budget.refund();
  }
  return attempt;
}

/** Gives up a hedge that lost to the first attempt. Its connection closes, and it counts neither as success nor as failure. */
function giveUp(exchange: Exchange, { attempt, ended, abort }: Running): void {
  abort.abort();
  attempt.release();
  noteGivenUp(exchange, attempt);
  // It may have answered in this very moment.
  ended.then(({ response }) => cancel(response)).catch(() => {});
}

/** Lets a first attempt that has lost go on for a while, to see whether its origin answers at all. Never rejects. */
async function outwait(exchange: Exchange, { attempt, ended, abort }: Running): Promise<void> {
  const lost_after_ms = Math.max(0, exchange.isolate.now() - attempt.started_at);
  const late = await endedWithin(Math.max(lost_after_ms, LEAST_GRACE_MS), ended).catch(
    (): undefined => undefined,
  );
  if (late === undefined) {
    abort.abort();
    noteLost(exchange, attempt);
    ended.then(({ response }) => cancel(response)).catch(() => {});
  } else cancel(late.response);
  attempt.release();
}

/** @returns undefined: it takes longer */
async function endedWithin(ms: number, ended: Promise<AttemptResult>): Promise<AttemptResult | undefined> {
  try {
    return await within(ms, ended);
  } catch (error) {
    if (error instanceof DeadlineError) return undefined;
    throw error;
  }
}
