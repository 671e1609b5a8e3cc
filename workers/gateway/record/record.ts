import { toDataPoint } from '../../../shared/analytics/data_point.ts';
import { type Row, TRAFFIC } from '../../../shared/analytics/datasets.ts';
import { clientNumber } from '../../../shared/hashing/client_key.ts';
import { contentLength } from '../../../shared/http/content_length.ts';
import { poolOf } from '../../../shared/model/ids.ts';
import type { Env } from '../env.ts';
import { cfOf } from '../request/facts.ts';
import { eventsOf, type Trace } from './trace.ts';
import { writePoint } from './write_point.ts';

/**
 * Writes the data point of a finished request. Does nothing without a binding and never throws: what goes
 * wrong here is nothing to a client.
 *
 * @param now end of the response body, milliseconds since the epoch
 * @returns the write's end where the writer has one (an un-awaited call to another Worker may be lost)
 */
export function record(
  trace: Trace,
  request: Request,
  response: Response | undefined,
  now: number,
  env: Env,
): Promise<void> | undefined {
  return writePoint(env.TRAFFIC, () => toDataPoint(TRAFFIC, row(trace, request, response, now)));
}

function row(trace: Trace, request: Request, response: Response | undefined, now: number) {
  const { url, balancer, decision, attempt, shadow } = trace;
  const origin = attempt?.origin;
  const cf = cfOf(request);
  const pool = origin === undefined ? '' : poolOf(origin.id);
  return {
    sampled_by: balancer === undefined ? '' : `${balancer.id}:${pool}`,
    balancer: balancer?.id ?? '',
    pool,
    origin: origin?.id ?? '',
    strategy: decision?.strategy ?? '',
    decision: decision?.decision ?? '',
    method: request.method,
    path: url?.path ?? '',
    outcome: trace.outcome,
    retry_reason: trace.retry_reason,
    failed_origins: trace.failed_origins.join(),
    colo: cf?.colo ?? '',
    country: cf?.country ?? '',
    proxy: origin?.proxy ?? '',
    cache_status: response?.headers.get('cf-cache-status') ?? '',
    selector_version: decision?.selector_version ?? '',
    detail: trace.detail,
    variant: decision?.variant ?? '',
    shadow: shadow?.origin ?? '',
    shadow_strategy: shadow?.strategy ?? '',
    events: eventsOf(trace),
    status: trace.status,
    attempts: trace.attempts,
    total_ms: Math.max(0, now - trace.started_at),
    first_byte_ms: Math.max(0, trace.first_byte_ms),
    request_bytes: request.body === null ? 0 : lengthOf(request.headers),
    response_bytes: response === undefined || response.body === null ? 0 : lengthOf(response.headers),
    config_version: trace.config_version,
    inflight: attempt?.inflight ?? 0,
    shadow_differs: shadow?.differs ? 1 : 0,
    client: clientNumber(trace.client?.address ?? request.headers.get('cf-connecting-ip') ?? ''),
    queued_ms: trace.queued_ms,
    backoff_ms: trace.backoff_ms,
  } satisfies Required<Row<typeof TRAFFIC>>;
}

/** The declared length; -1 if none is declared, or a malformed one. */
function lengthOf(headers: Headers): number {
  const length = contentLength(headers);
  return typeof length === 'number' ? length : -1;
}
