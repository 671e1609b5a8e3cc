import { HttpError } from '../../../shared/errors.ts';
import { clientKey } from '../../../shared/hashing/client_key.ts';
import { xxh64 } from '../../../shared/hashing/xxh64.ts';
import type { RateLimit, RateLimitKey } from '../../../shared/model/config.ts';
import { pending } from '../../../shared/time/clock.ts';
import { within } from '../../../shared/time/within.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { mark } from '../exchange/trace.ts';
import { factOf } from '../request/facts.ts';
import { messageOf } from '../state/complaints.ts';

/**
 * How long a limiter may take, the same as a selector. The platform's limiters count on the machine that runs the Worker, so
 * their answer needs no network.
 * https://developers.cloudflare.com/workers/runtime-apis/bindings/rate-limit/
 */
const DEADLINE_MS = 50;
/** How long requests pass without a limiter that has failed. */
const PAUSE_MS = 1_000;
/** Longer values (a token, a whole cookie) are hashed, because the platform does not document how long a key may be. */
const MAX_VALUE = 128;

/**
 * Refuses a request above the limit. All requests pass if the limiter is missing, fails or is late, because it protects origins
 * from load and not from access.
 * @throws {HttpError} 429 above the limit
 */
export async function rateLimit(exchange: Exchange, limit: RateLimit): Promise<void> {
  const { isolate, trace } = exchange;
  const limiter = isolate.env[limit.binding as 'RATE_LIMIT'];
  if (limiter === undefined) {
    isolate.complaints.tell(`rate limiter ${limit.binding} is not bound, no request is refused`);
    return mark(trace, 'limiter_missing');
  }
  const paused_until = isolate.limiters_paused_until.get(limit.binding) ?? 0;
  if (pending(paused_until, isolate.now(), PAUSE_MS)) return mark(trace, 'limiter_failed');
  let allowed: boolean;
  try {
    const outcome = await within(DEADLINE_MS, limiter.limit({ key: limitKey(limit.by, exchange) }));
    if (typeof outcome?.success !== 'boolean') throw new TypeError('its answer has no boolean `success`');
    allowed = outcome.success;
  } catch (error) {
    isolate.limiters_paused_until.set(limit.binding, isolate.now() + PAUSE_MS);
    isolate.complaints.tell(
      `rate limiter ${limit.binding} failed, no request is refused: ${messageOf(error)}`,
    );
    return mark(trace, 'limiter_failed');
  }
  if (allowed) return;
  mark(trace, 'limited');
  throw new HttpError(429, 'Too Many Requests', {
    outcome: 'limited',
    headers: { 'retry-after': String(limit.retry_after_s) },
  });
}

/**
 * Returns the key whose counter a request is counted on. Balancers that share a limiter have separate counters, and so do
 * headers and cookies. A request without the header or cookie counts for its client address. All unknown addresses share one key.
 */
function limitKey(by: RateLimitKey, exchange: Exchange): string {
  const { balancer, client } = exchange;
  if (by === 'balancer') return balancer.id;
  const value = by === 'client_address' ? '' : factOf(by, exchange);
  return value === ''
    ? `${balancer.id}\nclient_address\n${clientKey(client.address)}`
    : `${balancer.id}\n${by}\n${value.length > MAX_VALUE ? hashed(value) : value}`;
}

function hashed(value: string): string {
  return xxh64(new TextEncoder().encode(value), 0n).toString(16);
}
