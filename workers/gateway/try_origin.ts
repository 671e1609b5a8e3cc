import type { Origin, Pool } from '../../shared/config/config.ts';
import { GATEWAY_ERRORS } from '../../shared/config/gateway_errors.ts';
import { type Attempt, attempt, type Terms } from './attempt.ts';
import type { Body } from './body.ts';
import type { Exchange } from './exchange.ts';
import { observe, observes, wantsReports } from './load/observe.ts';
import type { LoadReport } from './load/orca.ts';
import { takeReport } from './load/take_report.ts';
import { recordVerdict } from './resilience/record_verdict.ts';
import type { Trace } from './trace.ts';

/** One origin's turn, from the moment it has the request in flight. */
export interface Turn {
  readonly origin: Origin;
  /** Requests in flight at the origin before this one. */
  readonly inflight: number;
  readonly started_at: number;
  /** Counts it out of the requests in flight. */
  readonly release: () => void;
}

/** A turn that has ended. */
export interface Tried extends Attempt {
  turn: Turn;
  first_byte_ms: number;
}

/** Counts a request in at an origin. */
export function beginTurn({ isolate, loaded, trace }: Exchange, origin: Origin): Turn {
  trace.attempts++;
  const inflight = isolate.inflight.of(origin.id);
  const leave = isolate.inflight.begin(origin.id);
  const pool = loaded.pools.get(origin.id);
  const release = pool !== undefined && queues(pool) ? leaveAndWake(leave, pool, isolate) : leave;
  const turn = { origin, inflight, started_at: isolate.now(), release };
  adopt(trace, turn);
  return turn;
}

/** Makes a turn the one that a request's data point tells of, and that ends with it. */
export function adopt(trace: Trace, { origin, inflight, started_at, release }: Turn): void {
  trace.origin = origin;
  trace.inflight = inflight;
  trace.attempt_started_at = started_at;
  trace.release = release;
}

/** Another origin is tried after this one. */
export function noteFailed(trace: Trace, { turn, failure, response }: Tried): void {
  trace.failed_origins.push(turn.origin.id);
  trace.retry_reason = failure?.outcome ?? String(response?.status);
}

/**
 * Sends a request to an origin, and remembers how that went: for rankings that are settled by it, for ejection, for
 * hedging. What was given up says nothing.
 * @param ends_at when the whole request has to be answered, milliseconds since the epoch
 * @throws {HttpError} what the client itself caused
 */
export async function endTurn(
  exchange: Exchange,
  turn: Turn,
  body: Body,
  ends_at: number,
  signal?: AbortSignal,
): Promise<Tried> {
  const { isolate, trace, balancer } = exchange;
  const left_ms = Math.max(ends_at - turn.started_at, 1);
  const hurried = left_ms < balancer.timeouts.first_byte_ms;
  const first_byte_ms = hurried ? left_ms : balancer.timeouts.first_byte_ms;
  const { origin } = turn;
  const { ranking } = trace.decision ?? {};
  const wants_report = ranking !== undefined && wantsReports(ranking);
  const terms: Terms = { number: trace.attempts, first_byte_ms, wants_report };
  if (signal !== undefined) terms.signal = signal;
  const made = await attempt(exchange, origin, body, terms);
  const tried: Tried = Object.assign(made, { turn, first_byte_ms: isolate.now() - turn.started_at });
  if (signal?.aborted) return tried;
  trace.first_byte_ms = tried.first_byte_ms;
  const failed = tried.failure !== undefined;
  const report = wants_report ? reportIn(tried) : undefined;
  if (ranking !== undefined && observes(ranking))
    observe(ranking, origin, tried.first_byte_ms, failed, isolate, report);
  if (!failed && balancer.hedging !== undefined && 'percentile' in balancer.hedging)
    isolate.guards.times(balancer).note(tried.first_byte_ms, isolate.now());
  judge(exchange, tried, hurried);
  return tried;
}

/**
 * Passive health. Our own failures are no origin's: a proxy that is missing or throws, a loop, a deadline of the
 * request that left the origin less than its own time.
 */
function judge(exchange: Exchange, { turn, failure, response }: Tried, hurried: boolean): void {
  const { loaded, isolate } = exchange;
  const pool = loaded.pools.get(turn.origin.id);
  if (pool?.outlier_detection === undefined) return;
  const outcome = failure?.outcome;
  if (outcome === 'proxy_failed' || outcome === 'loop' || (outcome === 'timeout' && hurried)) return;
  const failed = failure !== undefined || GATEWAY_ERRORS.includes(response?.status ?? 0);
  const { outliers } = isolate.guards;
  const verdict = outliers.note(turn.origin, pool, failed, isolate.health.current, isolate.now());
  if (verdict !== undefined) recordVerdict(exchange, verdict);
}

/** Takes the origin's load report off its answer. */
function reportIn(tried: Tried): LoadReport | undefined {
  const { response, report } = takeReport(tried.response);
  if (response !== undefined) tried.response = response;
  return report;
}

function queues({ circuit_breaker }: Pool): boolean {
  return (circuit_breaker?.max_queue ?? 0) > 0;
}

function leaveAndWake(leave: () => void, pool: Pool, { guards }: Exchange['isolate']): () => void {
  return () => {
    leave();
    guards.queue(pool).wake();
  };
}
