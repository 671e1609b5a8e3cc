import type { Exchange } from './exchange.ts';

/**
 * Returns how long a request may still take until response headers. `total_ms` counts from the start of the request and
 * includes all waits. If the clock was set back to before that start, all of `total_ms` is left.
 * @returns milliseconds; 0 or less: the time is over. Infinity without a `total_ms`
 */
export function timeLeft({ balancer, isolate, started_at }: Exchange): number {
  const { total_ms } = balancer.timeouts;
  if (total_ms === undefined) return Infinity;
  return total_ms - Math.max(0, isolate.now() - started_at);
}
