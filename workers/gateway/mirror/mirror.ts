import { writePoint } from '../../../shared/analytics/data_point.ts';
import { MIRROR, type Row } from '../../../shared/analytics/datasets.ts';
import { drawByWeight } from '../../../shared/balancing/share_at.ts';
import { usable } from '../../../shared/balancing/usable.ts';
import type { Outcome } from '../../../shared/contracts/carrying.ts';
import type { Mirror, Origin } from '../../../shared/model/config.ts';
import { poolOf } from '../../../shared/model/ids.ts';
import { sendToProxy } from '../attempt/send_to_proxy.ts';
import { cancel } from '../body/cancel.ts';
import { type Body, canRepeat } from '../body/keep.ts';
import type { ProxyResult } from '../exchange/attempts.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { mark } from '../exchange/trace.ts';
import { cfOf } from '../request/facts.ts';

/** `waitUntil` allows 30 s after a response. 10 s are left for a slow proxy and the data point. */
const FIRST_BYTE_MS = 20_000;

/** A request that will be sent once more, to an origin of the mirror's pool. */
export interface Copy {
  exchange: Exchange;
  origin: Origin;
  body: Extract<Body, { kind: 'none' | 'kept' }>;
}

/**
 * Decides whether a request will be copied, and to which origin. It sends nothing yet.
 *
 * A request of the mirrored share that cannot be copied gets the event `mirror_skipped`: it is an upgrade, its body is streamed
 * or too long, or no origin of the mirror's pool can serve.
 */
export function chooseCopy(exchange: Exchange, mirror: Mirror, body: Body): Copy | undefined {
  const { request, isolate, trace } = exchange;
  if (!mirror.methods.includes(request.method)) return undefined;
  if (isolate.random() * 100 >= mirror.percent) return undefined;
  if (!request.headers.has('upgrade') && canRepeat(body) && lengthOf(body) <= mirror.max_body_bytes) {
    const origin = chooseOrigin(exchange, mirror.pool);
    if (origin !== undefined) return { exchange, origin, body };
  }
  mark(trace, 'mirror_skipped');
  return undefined;
}

function lengthOf(body: Copy['body']): number {
  return body.kind === 'none' ? 0 : body.bytes.byteLength;
}

/** Draws an origin by weight among those that can serve. @returns undefined: no origin can */
function chooseOrigin({ compiled, isolate }: Exchange, pool_id: string): Origin | undefined {
  const pool = compiled.document.config.pools[pool_id];
  if (pool === undefined) return undefined;
  const origins = pool.origins.filter((origin) => usable(origin, pool, isolate.health.current));
  const weights = origins.map(({ weight }) => weight);
  return origins[drawByWeight(weights, isolate.random())];
}

/** Outcomes of requests that were sent to an origin. With others, the gateway refused, answered or gave up the request. */
const COPIED: readonly Outcome[] = [
  'ok',
  'error_status',
  'cut_short',
  'connect_failed',
  'connection_lost',
  'timeout',
  'proxy_failed',
];

/** Whether a request that ended with `outcome` may be copied. A mirror gets only requests that were sent to an origin. */
export function mayCopy(outcome: Outcome, attempts: number): boolean {
  return attempts > 0 && COPIED.includes(outcome);
}

/**
 * Sends a copy of a request that has ended, and records how both went. The answer to the copy is discarded. A failed copy is not
 * repeated, and counts neither for load nor for ejection.
 *
 * @returns the end of the copy, for `ctx.waitUntil`; it never rejects
 */
export async function sendCopy(copy: Copy): Promise<void> {
  const { exchange, origin, body } = copy;
  const { isolate, balancer } = exchange;
  // Let the client's response go first.
  await scheduler.wait(0);
  const started_at = isolate.now();
  const first_byte_ms = Math.min(balancer.timeouts.first_byte_ms, FIRST_BYTE_MS);
  const terms = { number: 1, first_byte_ms, wants_report: false, replaceable: false };
  const result = await sendToProxy({ ...exchange, copy: true }, origin, body, terms).catch(
    (): undefined => undefined,
  );
  const took_ms = Math.max(0, isolate.now() - started_at);
  cancel(result?.response);
  await writePoint(isolate.env.MIRROR, MIRROR, () => row(copy, result, took_ms));
}

function row({ exchange, origin, body }: Copy, result: ProxyResult | undefined, first_byte_ms: number) {
  const { balancer, request, url, attempts, trace } = exchange;
  const pool = poolOf(origin.id);
  return {
    sampled_by: `${balancer.id}:${pool}`,
    balancer: balancer.id,
    pool,
    origin: origin.id,
    method: request.method,
    path: url.path,
    outcome: result === undefined ? 'internal_error' : (result.failure?.outcome ?? 'ok'),
    live_origin: (attempts.ended_with?.attempt ?? attempts.last)?.origin.id ?? '',
    live_outcome: trace.outcome,
    colo: cfOf(request)?.colo ?? '',
    status: result?.response?.status ?? 0,
    live_status: trace.status,
    first_byte_ms,
    live_first_byte_ms: Math.max(0, attempts.ended_with?.first_byte_ms ?? 0),
    request_bytes: lengthOf(body),
    config_version: trace.config_version,
  } satisfies Required<Row<typeof MIRROR>>;
}
