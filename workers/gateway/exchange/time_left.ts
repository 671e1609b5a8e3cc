import type { Exchange } from './exchange.ts';

/**
 * How long a request may still take until response headers. `total_ms` counts from the start of the request, including every
 * wait since. While the clock stands before that start, because it was set back, the request has all of `total_ms` left.
 * @returns milliseconds, 0 or less when the time is over; Infinity without a `total_ms`
 */
export function timeLeft({ balancer, isolate, started_at }: Exchange): number {
  const { total_ms } = balancer.timeouts;
  if (total_ms === undefined) return Number.POSITIVE_INFINITY;
  return total_ms - Math.max(0, isolate.now() - started_at);
}
