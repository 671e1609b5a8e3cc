import { drawByWeight } from '../../../shared/balancing/share_at.ts';
import { usable } from '../../../shared/balancing/usable.ts';
import type { Mirror, Origin } from '../../../shared/model/config.ts';
import { type Body, canRepeat } from '../body/keep.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { mark } from '../exchange/trace.ts';
import type { Copy } from './send_copy.ts';

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
