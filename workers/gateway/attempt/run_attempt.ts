import { cancel } from '../body/cancel.ts';
import type { Sendable } from '../body/upload.ts';
import type { Attempt, AttemptResult } from '../exchange/attempts.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { clientGone } from '../exchange/lifetime.ts';
import { timeLeft } from '../exchange/time_left.ts';
import { settlerOf } from '../selection/settlers/settlers.ts';
import type { LoadReport } from '../state/load/orca.ts';
import { takeReport } from '../state/load/take_report.ts';
import { isUnchanged, noteResult } from './note_result.ts';
import { sendToProxy, type Terms } from './send_to_proxy.ts';

/**
 * Sends a request to an origin and records how it went. The caller records an attempt that `signal` aborted.
 * @param replaceable see {@link Terms.replaceable}
 * @throws {HttpError} 400 or 408 if the client's upload fails; 499 if the client has left
 */
export async function runAttempt(
  exchange: Exchange,
  attempt: Attempt,
  body: Sendable,
  replaceable: boolean,
  signal?: AbortSignal,
): Promise<AttemptResult> {
  const { life, balancer } = exchange;
  const { origin, number, decision } = attempt;
  // `total_ms` does not limit a streamed upload.
  const left_ms =
    body.kind === 'upload' || body.kind === 'untouchable'
      ? Number.POSITIVE_INFINITY
      : Math.max(timeLeft(exchange), 1);
  const first_byte_ms = Math.min(left_ms, balancer.timeouts.first_byte_ms);
  const wants_report = settlerOf(decision.ranking).wants_report ?? false;
  const terms: Terms = { number, first_byte_ms, wants_report, replaceable };
  if (signal !== undefined) terms.signal = signal;
  const sent = await sendToProxy(exchange, origin, body, terms);
  if (life.gone) {
    cancel(sent.response);
    throw clientGone();
  }
  const result: AttemptResult = Object.assign(sent, { attempt });
  if (signal?.aborted || !isUnchanged(exchange, origin)) return result;
  noteResult(exchange, result, first_byte_ms, wants_report ? reportIn(result) : undefined);
  return result;
}

/** Removes the origin's load report from its answer and returns it. */
function reportIn(result: AttemptResult): LoadReport | undefined {
  const { response, report } = takeReport(result.response);
  if (response !== undefined) result.response = response;
  return report;
}
