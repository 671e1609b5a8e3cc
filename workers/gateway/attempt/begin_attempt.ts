import type { Origin, Pool } from '../../../shared/model/config.ts';
import type { Attempt } from '../exchange/attempts.ts';
import type { Decision } from '../exchange/decision.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { stillWanted } from '../exchange/lifetime.ts';
import { settlerOf } from '../selection/settlers/settlers.ts';

/**
 * Begins an attempt and counts it as in flight at its origin. Do not await anything between reading the origin's count and
 * this call. {@link Attempt.release} returns every count taken here; the end of the request calls it at the latest.
 * @throws {HttpError} 499 if the request has ended
 */
export function beginAttempt(exchange: Exchange, origin: Origin, decision: Decision): Attempt {
  const { isolate, compiled, life, attempts } = exchange;
  stillWanted(life);
  const inflight = isolate.inflight.of(origin.id);
  const pool = compiled.pools.get(origin.id);
  const takeBack = settlerOf(decision.ranking).sent?.(origin.id, isolate);
  const queue = pool && queues(pool) ? isolate.guards.queue(pool) : undefined;
  const after = () => {
    takeBack?.();
    queue?.wake();
  };
  const release = isolate.inflight.begin(origin.id, takeBack || queue ? after : undefined);
  const number = attempts.count + 1;
  const attempt: Attempt = { origin, number, inflight, started_at: isolate.now(), decision, release };
  attempts.begin(attempt);
  return attempt;
}

function queues({ circuit_breaker }: Pool): boolean {
  return (circuit_breaker?.max_queue ?? 0) > 0;
}
