import type { Backoff } from '../../../shared/model/config.ts';
import type { Attempt, AttemptResult } from '../exchange/attempts.ts';
import { type Exchange, timeLeft } from '../exchange/exchange.ts';
import { mark } from '../exchange/trace.ts';
import { backoffDelay, reasonOf } from './retry.ts';
import type { Route } from './route.ts';

/** Begins the next attempt once its backoff is over. @returns undefined: attempts, time, origins or retry budget are used up */
export async function nextAttempt(
  exchange: Exchange,
  route: Route,
  failed: AttemptResult,
): Promise<Attempt | undefined> {
  const { balancer, isolate, attempts, trace } = exchange;
  const { budget: limits, backoff: pause } = balancer.retry;
  if (attempts.count >= balancer.retry.attempts || timeLeft(exchange) <= 0) return undefined;
  await route.extend();
  const next = route.peek();
  if (next === undefined) return undefined;
  const budget = limits && isolate.guards.budget(balancer);
  if (limits !== undefined && budget?.take(limits, isolate.now()) === false) {
    mark(trace, 'budget_refused');
    return undefined;
  }
  let attempt: Attempt | undefined;
  try {
    // One failure says nothing about another origin, so the second attempt need not wait. Two failures may mean that all
    // origins are overloaded.
    if (pause !== undefined && (attempts.count > 1 || next === 'again')) await backOff(exchange, pause);
    await route.extend();
    if (timeLeft(exchange) > 0) attempt = route.begin();
  } finally {
    if (attempt === undefined) budget?.refund();
  }
  if (attempt !== undefined) attempts.retry_reason = reasonOf(failed);
  return attempt;
}

async function backOff(exchange: Exchange, pause: Backoff): Promise<void> {
  const { isolate, attempts } = exchange;
  const began_at = isolate.now();
  const ms = Math.min(backoffDelay(attempts.count, pause, isolate.random), timeLeft(exchange));
  await new Promise((resolve) => setTimeout(resolve, ms));
  attempts.backoff_ms += Math.max(0, isolate.now() - began_at);
}
