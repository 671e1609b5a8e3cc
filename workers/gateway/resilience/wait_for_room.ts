import type { Origin } from '../../../shared/config/config.ts';
import type { Exchange } from '../exchange.ts';
import { mark } from '../trace.ts';
import type { Route } from './route.ts';

/**
 * Waits until an origin has room, in the queue of the pool whose origin stands first.
 * @returns undefined: there is no queue, it is full, or none became free in time
 */
export async function waitForRoom(
  { isolate, loaded, trace }: Exchange,
  route: Route,
  first: Origin | undefined,
): Promise<Origin | undefined> {
  const pool = first && loaded.pools.get(first.id);
  const breaker = pool?.circuit_breaker;
  if (pool === undefined || breaker === undefined) return undefined;
  const queue = isolate.guards.queue(pool);
  if (queue.length >= breaker.max_queue) return undefined;
  mark(trace, 'queued');
  const began_at = isolate.now();
  try {
    for (let left_ms = breaker.queue_ms; left_ms > 0; left_ms = breaker.queue_ms - trace.queued_ms) {
      const waiting = queue.wait(left_ms, left_ms < breaker.queue_ms);
      // A client that leaves takes its place with it.
      trace.release = waiting.leave;
      const woken = await waiting.turn;
      trace.queued_ms = isolate.now() - began_at;
      const origin = woken ? route.next() : undefined;
      if (origin !== undefined || !woken) return origin;
    }
    return undefined;
  } finally {
    trace.release = () => {};
  }
}
