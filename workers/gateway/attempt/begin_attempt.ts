import type { Origin, Pool } from '../../../shared/model/config.ts';
import type { Attempt } from '../exchange/attempts.ts';
import type { Decision } from '../exchange/decision.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { stillWanted } from '../exchange/lifetime.ts';

/**
 * Counts a request in at an origin. Nothing may wait between the look at the origin's count and this call.
 * {@link Attempt.release} returns every count it takes, and the end of the request does so at the latest.
 * @throws {HttpError} 499 if the request has ended, because nobody waits for an answer
 */
export function beginAttempt(exchange: Exchange, origin: Origin, decision: Decision): Attempt {
  const { isolate, compiled, life, attempts } = exchange;
  stillWanted(life);
  const inflight = isolate.inflight.of(origin.id);
  const leave = isolate.inflight.begin(origin.id);
  const pool = compiled.pools.get(origin.id);
  const counted = decision.ranking.by === 'prequal';
  const release =
    counted || (pool !== undefined && queues(pool))
      ? releaseOf(leave, origin, pool, counted, isolate)
      : leave;
  const number = attempts.count + 1;
  const attempt: Attempt = { origin, number, inflight, started_at: isolate.now(), decision, release };
  attempts.begin(attempt);
  return attempt;
}

function queues({ circuit_breaker }: Pool): boolean {
  return (circuit_breaker?.max_queue ?? 0) > 0;
}

function releaseOf(
  leave: () => void,
  origin: Origin,
  pool: Pool | undefined,
  counted: boolean,
  { guards, reports }: Exchange['isolate'],
): () => void {
  const takeBack = counted ? reports.sent(origin.id) : undefined;
  const queue = pool !== undefined && queues(pool) ? guards.queue(pool) : undefined;
  let open = true;
  return () => {
    if (!open) return;
    open = false;
    leave();
    takeBack?.();
    queue?.wake();
  };
}
