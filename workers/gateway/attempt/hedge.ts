import { SAFE } from '../../../shared/http/idempotent.ts';
import { DeadlineError, within } from '../../../shared/time/within.ts';
import { cancel } from '../body/cancel.ts';
import { canRepeat } from '../body/keep.ts';
import type { Sendable } from '../body/upload.ts';
import type { Attempt, AttemptResult } from '../exchange/attempts.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { mark } from '../exchange/trace.ts';
import { noteGivenUp, noteLost } from './note_result.ts';
import { isAnswer, isEarly, isReplaceable, reasonOf } from './retry.ts';
import type { Route } from './route.ts';
import { runAttempt } from './run_attempt.ts';

/**
 * Returns how long to wait for an answer before the request is sent to a second origin as well (Dean and Barroso, The Tail
 * at Scale). Only safe methods are hedged: of two concurrent DELETEs, the second may answer 404 before the first answers 204.
 * @returns milliseconds; undefined: do not hedge. The balancer does not, or it has not seen enough answers for a percentile,
 *   or the request changes something, begins a WebSocket, is early data, or is too long to be kept
 */
export function hedgeDelay({ request, balancer, isolate }: Exchange, body: Sendable): number | undefined {
  const { hedging, retry } = balancer;
  if (hedging === undefined || retry.attempts < 2 || !canRepeat(body)) return undefined;
  const { method, headers } = request;
  if (!SAFE.has(method) || headers.has('upgrade') || isEarly(headers)) return undefined;
  if ('after_ms' in hedging) return hedging.after_ms;
  return isolate.guards.times(balancer).percentile(hedging.percentile, isolate.now());
}

/**
 * The least additional time for a first attempt that has lost. Within a few milliseconds any origin can lose to any other, and
 * timers in a busy isolate fire tens of milliseconds late.
 */
const LEAST_GRACE_MS = 100;

/** An attempt under way that can be aborted. */
interface Running {
  attempt: Attempt;
  ended: Promise<AttemptResult>;
  abort: AbortController;
}

/** The results of a hedged request. */
interface Hedged {
  /** The attempt that brought the answer. If both failed, the one that ended last. */
  result: AttemptResult;
  /** The other attempt, if it failed. */
  failed?: AttemptResult;
}

/**
 * Waits for an attempt. After `delay_ms` without an answer it sends the request to the next origin as well, if the budget for
 * hedges allows it. The first answer wins, and the other attempt is given up.
 *
 * An origin that hangs loses to every hedge and must still be ejected. An origin that is only a little slower must not be. So a
 * first attempt that has lost goes on in the background, for as long again as it had taken when it lost, and for at least
 * {@link LEAST_GRACE_MS}. It counts as a failure of its origin if it has no answer by then.
 *
 * @param attempt the first attempt, already begun
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
      if (rest === first) exchange.ctx.waitUntil(awaitLoser(exchange, first));
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
  // The other attempt can answer in place of this one.
  const replaceable = isReplaceable(request, true, balancer.retry);
  const ended = runAttempt(exchange, attempt, body, replaceable, abort.signal);
  // It may fail after the other attempt has won, when nothing awaits it.
  ended.catch(() => {});
  return { attempt, ended, abort };
}

/** Begins the second attempt at the next origin that is not ejected. @returns undefined: there is none, or no budget is left */
function beginOther({ balancer, isolate, trace }: Exchange, route: Route): Attempt | undefined {
  const { budget: limits } = balancer.retry;
  const budget = isolate.guards.hedges(balancer);
  const now = isolate.now();
  if (limits !== undefined && !budget.take(limits, now)) {
    mark(trace, 'budget_refused');
    return undefined;
  }
  const { outliers } = isolate.guards;
  let attempt: Attempt | undefined;
  try {
    attempt = route.beginFresh(({ id }) => outliers.share(id, now) > 0);
  } finally {
    if (attempt === undefined && limits !== undefined) budget.refund();
  }
  return attempt;
}

/** Aborts a hedge that lost to the first attempt. It counts neither as success nor as failure of its origin. */
function giveUp(exchange: Exchange, { attempt, ended, abort }: Running): void {
  abort.abort();
  attempt.release();
  noteGivenUp(exchange, attempt);
  // It may have answered just now.
  ended.then(({ response }) => cancel(response)).catch(() => {});
}

/** Lets a first attempt that has lost go on for a while, to see whether its origin answers at all. It never rejects. */
async function awaitLoser(exchange: Exchange, { attempt, ended, abort }: Running): Promise<void> {
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

/** @returns undefined: the attempt takes longer */
async function endedWithin(ms: number, ended: Promise<AttemptResult>): Promise<AttemptResult | undefined> {
  try {
    return await within(ms, ended);
  } catch (error) {
    if (error instanceof DeadlineError) return undefined;
    throw error;
  }
}
