import type { Origin } from '../../../shared/model/config.ts';
import type { Attempt } from '../exchange/attempts.ts';
import { type Exchange, stillWanted, timeLeft } from '../exchange/exchange.ts';
import { mark } from '../exchange/trace.ts';
import type { Route } from './route.ts';

/**
 * Waits in the queue of the first origin's pool until an origin has room, then begins an attempt there.
 * @returns undefined: the pool has no queue, the queue is full, or no origin had room in time
 * @throws {HttpError} 499 if the client has left meanwhile
 */
export async function waitForRoom(
  exchange: Exchange,
  route: Route,
  first: Origin | undefined,
): Promise<Attempt | undefined> {
  const { isolate, compiled, life, attempts, trace } = exchange;
  const pool = first && compiled.pools.get(first.id);
  const breaker = pool?.circuit_breaker;
  if (pool === undefined || breaker === undefined) return undefined;
  const queue = isolate.guards.queue(pool);
  const ms = Math.min(breaker.queue_ms, timeLeft(exchange));
  if (queue.length >= breaker.max_queue || ms <= 0) return undefined;
  mark(trace, 'queued');
  const began_at = isolate.now();
  let attempt: Attempt | undefined;
  const waiting = queue.wait(ms, () => {
    attempt = route.begin();
    return attempt !== undefined;
  });
  // A client that leaves gives up its place.
  life.leave_queue = waiting.leave;
  await waiting.taken;
  life.leave_queue = undefined;
  attempts.queued_ms = Math.max(0, isolate.now() - began_at);
  stillWanted(life);
  return attempt;
}
