import type { Origin, Pool } from '../../../shared/model/config.ts';
import { GATEWAY_ERRORS } from '../../../shared/model/gateway_errors.ts';
import { cancel } from '../body/cancel.ts';
import type { Sendable } from '../body/upload.ts';
import { recordEjection } from '../ejection/record_ejection.ts';
import type { Exchange } from '../exchange.ts';
import { observe, observes, wantsReports } from '../selection/settlers/observe.ts';
import { sameServer } from '../state/compiled_config.ts';
import type { LoadReport } from '../state/load/orca.ts';
import { takeReport } from '../state/load/take_report.ts';
import { gone, stillWanted } from './gone.ts';
import { type ProxyResult, sendToProxy, type Terms } from './send_to_proxy.ts';
import { timeLeft } from './time_left.ts';

/** One origin's attempt, from the moment it has the request in flight. */
export interface Attempt {
  readonly origin: Origin;
  /** 1 for the first of the request. */
  readonly number: number;
  /** Requests in flight at the origin before this one. */
  readonly inflight: number;
  readonly started_at: number;
  /** Returns what it has taken; calls after the first have no effect. */
  readonly release: () => void;
  /** The attempt of the same request that began before it. */
  readonly before: Attempt | undefined;
}

/** A attempt that has ended. */
export interface AttemptResult extends ProxyResult {
  attempt: Attempt;
}

/**
 * Counts a request in at an origin, at once: between the look at the origin's count and this call nothing may wait.
 * Whatever it takes is returned by {@link Attempt.release}, and at the request's end at the latest.
 * @throws {HttpError} 499 if the request has ended: nothing is sent for nobody
 */
export function beginAttempt({ isolate, compiled, trace }: Exchange, origin: Origin): Attempt {
  stillWanted(trace);
  const inflight = isolate.inflight.of(origin.id);
  const leave = isolate.inflight.begin(origin.id);
  const pool = compiled.pools.get(origin.id);
  const counted = trace.decision?.ranking.by === 'prequal';
  const release =
    counted || (pool !== undefined && queues(pool))
      ? releaseOf(leave, origin, pool, counted, isolate)
      : leave;
  trace.attempts++;
  const { attempts: number, last_attempt: before } = trace;
  const attempt: Attempt = { origin, number, inflight, started_at: isolate.now(), release, before };
  trace.attempt = attempt;
  trace.last_attempt = attempt;
  return attempt;
}

/**
 * Sends a request to an origin, and remembers how that went: for rankings that are settled by it, for ejection, for
 * hedging. An attempt that was given up (`signal`) leaves no trace here.
 * @param holds whether another origin could answer in its place; see {@link Terms.holds}
 * @throws {HttpError} what the client itself caused; 499 if it has left
 */
export async function runAttempt(
  exchange: Exchange,
  attempt: Attempt,
  body: Sendable,
  holds: boolean,
  signal?: AbortSignal,
): Promise<AttemptResult> {
  const { trace, balancer } = exchange;
  const { origin, number } = attempt;
  // An upload that is streamed takes the time it takes.
  const left_ms =
    body.kind === 'upload' || body.kind === 'untouchable'
      ? Number.POSITIVE_INFINITY
      : Math.max(timeLeft(exchange), 1);
  const first_byte_ms = Math.min(left_ms, balancer.timeouts.first_byte_ms);
  const { ranking } = trace.decision ?? {};
  const wants_report = ranking !== undefined && wantsReports(ranking);
  const terms: Terms = { number, first_byte_ms, wants_report, holds };
  if (signal !== undefined) terms.signal = signal;
  const made = await sendToProxy(exchange, origin, body, terms);
  if (trace.gone) {
    cancel(made.response);
    throw gone();
  }
  const result: AttemptResult = Object.assign(made, { attempt });
  if (signal?.aborted || !isOf(exchange, origin)) return result;
  const failed = result.failure !== undefined;
  const report = wants_report ? reportIn(result) : undefined;
  if (!result.early) noteTime(exchange, origin, result.first_byte_ms, failed, report);
  if (!result.early && !failed) notePercentile(exchange, result.first_byte_ms);
  if (
    !isOurs(result) &&
    !(result.failure?.outcome === 'timeout' && wasHurried(exchange, attempt, first_byte_ms))
  )
    noteResult(exchange, origin, failed || GATEWAY_ERRORS.includes(result.response?.status ?? 0));
  return result;
}

/**
 * Remembers how an attempt went that lost to a hedge and had no answer long after: a failure of its origin, whose next
 * answer is at least that far away.
 */
export function noteLost(exchange: Exchange, attempt: Attempt): void {
  const { origin, started_at } = attempt;
  if (exchange.trace.gone || !isOf(exchange, origin)) return;
  noteTime(exchange, origin, Math.max(0, exchange.isolate.now() - started_at), true);
  noteGivenUp(exchange, attempt);
  noteResult(exchange, origin, true);
}

/** An attempt was given up without an answer. It took so long at least: left out, only what is fast would be counted. */
export function noteGivenUp(exchange: Exchange, { started_at }: Attempt): void {
  notePercentile(exchange, Math.max(0, exchange.isolate.now() - started_at));
}

/** Whether an origin is still what the request saw of it: a configuration that came meanwhile may have moved it. */
function isOf({ isolate, compiled }: Exchange, origin: Origin): boolean {
  const { current } = isolate.config;
  return current === compiled || current === undefined || sameServer(current.origins.get(origin.id), origin);
}

function noteTime(
  { isolate, trace }: Exchange,
  origin: Origin,
  first_byte_ms: number,
  failed: boolean,
  report?: LoadReport | undefined,
): void {
  const { ranking } = trace.decision ?? {};
  if (ranking !== undefined && observes(ranking))
    observe(ranking, origin, first_byte_ms, failed, isolate, report);
}

/** For balancers that hedge by a percentile of these times. */
function notePercentile({ isolate, balancer }: Exchange, ms: number): void {
  if (balancer.hedging !== undefined && 'percentile' in balancer.hedging)
    isolate.guards.times(balancer).note(ms, isolate.now());
}

/** Passive health. */
function noteResult(exchange: Exchange, origin: Origin, failed: boolean): void {
  const { compiled, isolate, ctx } = exchange;
  // By the rule in force now, which may be another than at the start of the request.
  const pool = (isolate.config.current ?? compiled).pools.get(origin.id);
  if (pool?.outlier_detection === undefined) return;
  const verdict = isolate.guards.outliers.note(origin, pool, failed, isolate.health.current, isolate.now());
  if (verdict !== undefined) recordEjection(isolate.env, verdict, (work) => ctx.waitUntil(work));
}

/** Our own failures are no origin's: a proxy that is missing or throws, a loop. */
function isOurs({ failure }: ProxyResult): boolean {
  return failure?.outcome === 'proxy_failed' || failure?.outcome === 'loop';
}

/**
 * Whether the request's own deadline left an attempt so little time that its end says nothing of its origin.
 *
 * Where `total_ms` is below `first_byte_ms`, no attempt ever has all of `first_byte_ms`. Then the first one counts, if
 * the wait before it (queue, body, selector) left it half of `total_ms`.
 */
function wasHurried({ balancer }: Exchange, { number }: Attempt, had_ms: number): boolean {
  const { first_byte_ms, total_ms = Number.POSITIVE_INFINITY } = balancer.timeouts;
  return had_ms < first_byte_ms && !(number === 1 && had_ms >= total_ms / 2);
}

/** Takes the origin's load report off its answer. */
function reportIn(result: AttemptResult): LoadReport | undefined {
  const { response, report } = takeReport(result.response);
  if (response !== undefined) result.response = response;
  return report;
}

function queues({ circuit_breaker }: Pool): boolean {
  return (circuit_breaker?.max_queue ?? 0) > 0;
}

function releaseOf(
  leave: () => void,
  origin: Origin,
  pool: Pool | undefined,
  counted: boolean,
  { guards, reports }: Exchange['isolate'],
): () => void {
  const takeBack = counted ? reports.sent(origin.id) : undefined;
  const queue = pool !== undefined && queues(pool) ? guards.queue(pool) : undefined;
  let open = true;
  return () => {
    if (!open) return;
    open = false;
    leave();
    takeBack?.();
    queue?.wake();
  };
}
