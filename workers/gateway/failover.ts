import type { Origin } from '../../shared/config/config.ts';
import type { Outcome } from '../../shared/contracts/carrying.ts';
import { HttpError } from '../../shared/errors.ts';
import { attempt } from './attempt.ts';
import type { Body } from './body.ts';
import type { Exchange } from './exchange.ts';
import { observe, observes, wantsReports } from './load/observe.ts';
import { takeReport } from './load/take_report.ts';
import { mayRepeat } from './retry.ts';

/** The answer to deliver. Its origin has it in flight until `trace.release`. */
export interface Delivery {
  response: Response;
  /** The body has been read already. */
  whole: boolean;
}

/** Seconds: no news of an origin comes sooner than after the shortest monitor interval. */
const RETRY_AFTER = '5';

/**
 * Tries one origin after the other until one gives an answer that can be delivered.
 *
 * If none does, the last real answer of an origin is delivered, if there was one.
 * @throws {HttpError} 503 when all failed; 502 or 504 when one failed and the request must not be repeated; 508
 *   for a loop; what the client itself caused
 */
export async function failover(
  exchange: Exchange,
  origins: readonly Origin[],
  body: Body,
): Promise<Delivery> {
  const { request, isolate, trace } = exchange;
  const { retry } = exchange.balancer;
  const repeatable = body.kind !== 'stream';
  const count = Math.min(origins.length, retry.attempts);
  const { ranking } = trace.decision ?? {};
  const wants_report = ranking !== undefined && wantsReports(ranking);
  let last: Delivery | undefined;
  for (let i = 0; i < count; i++) {
    const origin = origins[i];
    if (origin === undefined) break;
    if (trace.origin !== undefined) trace.failed_origins.push(trace.origin.id);
    trace.origin = origin;
    trace.attempts = i + 1;
    trace.inflight = isolate.inflight.of(origin.id);
    trace.release = isolate.inflight.begin(origin.id);
    trace.attempt_started_at = isolate.now();
    const result = await attempt(exchange, origin, i + 1, body, wants_report);
    trace.first_byte_ms = isolate.now() - trace.attempt_started_at;
    const { whole, failure } = result;
    const { response, report } = wants_report
      ? takeReport(result.response)
      : { response: result.response, report: undefined };
    if (ranking !== undefined && observes(ranking)) {
      observe(ranking, origin, trace.first_byte_ms, failure !== undefined, isolate, report);
    }
    if (response !== undefined) {
      abandon(last);
      last = { response, whole };
    }
    if (failure === undefined && last !== undefined && !retry.on_status.includes(last.response.status)) {
      trace.outcome = 'ok';
      return last;
    }
    trace.outcome = failure?.outcome ?? 'error_status';
    if (failure?.outcome === 'loop')
      throw new HttpError(508, 'Loop Detected', { outcome: 'loop', detail: origin.id });
    if (!mayRepeat(request.method, failure?.reached ?? true, repeatable, retry)) {
      if (response !== undefined && last !== undefined) return last;
      throw notRepeated(trace.outcome, origin);
    }
    // Done with for load; its answer is only kept in case that no other comes.
    trace.release();
    if (i + 1 < count) trace.retry_reason = failure?.outcome ?? String(response?.status);
  }
  if (last !== undefined) return last;
  throw new HttpError(503, 'Service Unavailable', {
    outcome: trace.outcome === 'ok' ? 'no_origin' : trace.outcome,
    headers: { 'retry-after': RETRY_AFTER },
  });
}

/** A request that an application may have acted on, and that must not be sent twice, ends here. */
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
