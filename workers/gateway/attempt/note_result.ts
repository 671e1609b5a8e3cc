import { stateOf } from '../../../shared/contracts/health.ts';
import type { Origin } from '../../../shared/model/config.ts';
import { GATEWAY_ERRORS } from '../../../shared/model/retry.ts';
import { recordEjection } from '../ejection/record_ejection.ts';
import type { Attempt, AttemptResult } from '../exchange/attempts.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { observe, observes } from '../selection/settlers/observe.ts';
import { sameServer } from '../state/compiled_config.ts';
import type { LoadReport } from '../state/load/orca.ts';
import { suspect } from './suspect.ts';

/**
 * Records how an attempt went: for policies that choose by load or time, for hedging, and for ejection.
 * @param allowed_ms the time that the attempt had until response headers
 * @param report the load that the origin reported, if any
 */
export function noteResult(
  exchange: Exchange,
  result: AttemptResult,
  allowed_ms: number,
  report: LoadReport | undefined,
): void {
  const { attempt, failure, response, first_byte_ms, early } = result;
  const failed = failure !== undefined;
  if (!early) noteTime(exchange, attempt, first_byte_ms, failed, report);
  if (!early && !failed) notePercentile(exchange, first_byte_ms);
  if (isOurs(result) || (failure?.outcome === 'timeout' && wasHurried(exchange, attempt, allowed_ms))) return;
  noteHealth(exchange, attempt.origin, failed || GATEWAY_ERRORS.includes(response?.status ?? 0));
}

/** Records a failure of an origin that lost to a hedge and had no answer long after. It takes at least this long. */
export function noteLost(exchange: Exchange, attempt: Attempt): void {
  const { origin, started_at } = attempt;
  if (exchange.life.gone || !isUnchanged(exchange, origin)) return;
  noteTime(exchange, attempt, Math.max(0, exchange.isolate.now() - started_at), true, undefined);
  noteGivenUp(exchange, attempt);
  noteHealth(exchange, origin, true);
}

/** Records the time of an attempt that was given up. Otherwise the percentile would be one of fast answers alone. */
export function noteGivenUp(exchange: Exchange, { started_at }: Attempt): void {
  notePercentile(exchange, Math.max(0, exchange.isolate.now() - started_at));
}

/** Whether an origin is still the server that the attempt went to. A configuration published meanwhile may have moved it. */
export function isUnchanged({ isolate, compiled }: Exchange, origin: Origin): boolean {
  const current = isolate.config;
  return current === compiled || current === undefined || sameServer(current.origins.get(origin.id), origin);
}

function noteTime(
  { isolate }: Exchange,
  { origin, decision: { ranking } }: Attempt,
  first_byte_ms: number,
  failed: boolean,
  report: LoadReport | undefined,
): void {
  if (observes(ranking)) observe(ranking, { origin: origin.id, first_byte_ms, failed, report }, isolate);
}

/** Records a time for balancers that hedge by a percentile of their times. */
function notePercentile({ isolate, balancer }: Exchange, ms: number): void {
  if (balancer.hedging !== undefined && 'percentile' in balancer.hedging)
    isolate.guards.times(balancer).note(ms, isolate.now());
}

/** Counts a success or failure for ejection. */
function noteHealth({ compiled, isolate, ctx }: Exchange, origin: Origin, failed: boolean): void {
  // Use the rule in force now. It may have changed since the start of the request.
  const pool = (isolate.config ?? compiled).pools.get(origin.id);
  if (pool?.outlier_detection === undefined) return;
  const health = isolate.health.current;
  const event = isolate.guards.outliers.note(origin, pool, failed, health, isolate.now());
  if (event === undefined) return;
  const defer = (work: Promise<unknown>) => ctx.waitUntil(work);
  if (event !== 'kept') recordEjection(isolate.env, event, defer);
  // Checks know already that an origin is down.
  if (pool.monitor !== undefined && stateOf(health, origin.id) !== 'down') suspect(isolate, origin.id, defer);
}

/** Whether Plimsoll failed and not the origin: a proxy that is missing or throws, or a loop. */
function isOurs({ failure }: AttemptResult): boolean {
  return failure?.outcome === 'proxy_failed' || failure?.outcome === 'loop';
}

/**
 * Whether `total_ms` left an attempt too little time for its timeout to say anything about its origin.
 *
 * If `total_ms` is below `first_byte_ms`, no attempt ever has all of `first_byte_ms`. A first attempt then counts if queue,
 * body and selector left it at least half of `total_ms`.
 */
function wasHurried({ balancer }: Exchange, { number }: Attempt, allowed_ms: number): boolean {
  const { first_byte_ms, total_ms = Infinity } = balancer.timeouts;
  return allowed_ms < first_byte_ms && !(number === 1 && allowed_ms >= total_ms / 2);
}
