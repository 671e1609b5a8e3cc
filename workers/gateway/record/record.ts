import { writePoint } from '../../../shared/analytics/data_point.ts';
import { type Row, TRAFFIC } from '../../../shared/analytics/datasets.ts';
import { clientNumber } from '../../../shared/hashing/client_key.ts';
import { contentLength } from '../../../shared/http/content_length.ts';
import { poolOf } from '../../../shared/model/ids.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { eventsOf } from '../exchange/trace.ts';
import { cfOf } from '../request/facts.ts';
import type { Complaints } from '../state/complaints.ts';
import type { Isolate } from '../state/isolate.ts';
import { isFallback } from './is_fallback.ts';
import { weightOf } from './weight_of.ts';

/** A request that has ended. */
export interface EndedRequest extends Pick<Exchange, 'trace' | 'attempts' | 'request' | 'started_at'> {
  /** The response to the client. Absent: the client left before it, or the gateway answered with an error. */
  response?: Response | undefined;
  /** The end of the response body, milliseconds since the epoch. */
  ended_at: number;
}

/** What writing a data point needs of the isolate. */
type Writing = Pick<Isolate, 'env' | 'random' | 'id'>;

/**
 * Writes the data point of a request that has ended, unless it is one of those that are left out. It never throws.
 * @returns the end of the write: see {@link writePoint}
 */
export function record(ended: EndedRequest, isolate: Writing): Promise<void> | undefined {
  const { env, random } = isolate;
  const { trace, attempts } = ended;
  const { balancer, outcome, status } = trace;
  const weight = weightOf(balancer?.metrics?.one_in, outcome, status, attempts.count, random);
  return weight === 0 ? undefined : writePoint(env.TRAFFIC, TRAFFIC, () => row(ended, weight, isolate));
}

/**
 * Logs a request or response body that broke off or stalled, which the status does not show. Writes at most one line of JSON
 * per minute for each balancer, origin and outcome.
 * @param receiving whether the request's body was still on its way
 */
export function logBrokenBody(
  { trace, attempts, request }: EndedRequest,
  receiving: boolean,
  complaints: Complaints,
): void {
  const { outcome, detail, status } = trace;
  const upload = receiving && (outcome === 'client_gone' || detail.startsWith('request body'));
  if (!upload && outcome !== 'cut_short') return;
  const balancer = trace.balancer?.id ?? '';
  const origin = (attempts.ended_with?.attempt ?? attempts.last)?.origin.id ?? '';
  complaints.tellFields([outcome, balancer, origin].join(), {
    event: 'broke_off',
    outcome,
    balancer,
    origin,
    method: request.method,
    path: trace.url?.path ?? '',
    status,
    attempts: attempts.count,
    detail: detail || (upload ? 'request body broke off' : 'answer broke off'),
  });
}

function row(
  { trace, attempts, request, response, started_at, ended_at }: EndedRequest,
  weight: number,
  isolate: Writing,
) {
  const { url, balancer, decision, shadow } = trace;
  const { ended_with } = attempts;
  const attempt = ended_with?.attempt ?? attempts.last;
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
    rules: trace.rules?.join() ?? '',
    method: request.method,
    path: url?.path ?? '',
    outcome: trace.outcome,
    retry_reason: attempts.retry_reason,
    failed_origins: attempts.failed_origins.join(),
    colo: cf?.colo ?? '',
    country: cf?.country ?? '',
    isolate: isolate.id,
    reasons: decision?.reasons ?? '',
    proxy: origin?.proxy ?? '',
    cache_status: response?.headers.get('cf-cache-status') ?? '',
    gateway_version: isolate.env.VERSION?.id ?? '',
    selector_version: decision?.selector_version ?? '',
    detail: trace.detail,
    variant: decision?.variant ?? '',
    shadow: shadow?.origin ?? '',
    shadow_strategy: shadow?.strategy ?? '',
    events: eventsOf(trace),
    status: trace.status,
    attempts: attempts.count,
    total_ms: Math.max(0, ended_at - started_at),
    first_byte_ms: Math.max(0, ended_with?.first_byte_ms ?? 0),
    request_bytes: request.body === null ? 0 : lengthOf(request.headers),
    response_bytes: response === undefined || response.body === null ? 0 : lengthOf(response.headers),
    config_version: trace.config_version,
    inflight: attempt?.inflight ?? 0,
    shadow_differs: shadow?.differs ? 1 : 0,
    client: clientNumber(trace.client?.address ?? request.headers.get('cf-connecting-ip') ?? ''),
    queued_ms: attempts.queued_ms,
    backoff_ms: attempts.backoff_ms,
    weight,
    fallback: isFallback(pool, decision, balancer) ? 1 : 0,
  } satisfies Required<Row<typeof TRAFFIC>>;
}

/** Returns the declared length; -1 if it is missing or malformed. */
function lengthOf(headers: Headers): number {
  const length = contentLength(headers);
  return typeof length === 'number' ? length : -1;
}
