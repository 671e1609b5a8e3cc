import { LOAD_HEADERS } from '../../../shared/contracts/carrying.ts';
import { cancel } from '../body/cancel.ts';
import type { Sendable } from '../body/upload.ts';
import type { Attempt, AttemptResult } from '../exchange/attempts.ts';
import { clientGone, type Exchange, timeLeft } from '../exchange/exchange.ts';
import { settlerOf } from '../selection/settlers/settlers.ts';
import { type LoadReport, readLoadReport } from '../state/load/orca.ts';
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
    body.kind === 'upload' || body.kind === 'untouchable' ? Infinity : Math.max(timeLeft(exchange), 1);
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
  noteResult(exchange, result, first_byte_ms, wants_report ? takeReport(result) : undefined);
  return result;
}

/**
 * Removes the load report from an attempt's answer, because it is meant for the gateway and not for the client.
 * @param result gets a copy of its response without the report
 * @returns undefined: there is no report, or it is malformed
 */
function takeReport(result: AttemptResult): LoadReport | undefined {
  const { response } = result;
  const found = LOAD_HEADERS.filter((name) => response?.headers.has(name));
  // A WebSocket handshake is passed on as it is.
  if (response === undefined || found.length === 0 || response.webSocket) return undefined;
  result.response = new Response(response.body, response);
  for (const name of found) result.response.headers.delete(name);
  return readLoadReport(response.headers);
}
