import type { Sent } from '../client/protocol.ts';
import { kindOf } from '../kinds.ts';
import { LANES } from '../lanes.ts';
import { hasMark } from './kept_together.ts';
import { type Book, isMirror, timesExecuted } from './ledger.ts';

/** Finds requests that a rule answers or keeps from a pool, and that reached an origin of it all the same. */
export function pastTheirRule({ ledger, executions }: Book): string[] {
  const allowed = ({ kind, lane }: Sent) => {
    if (kind === 'closed') return [];
    return kind === 'page' ? (LANES[lane] ?? []) : undefined;
  };
  return ledger.sent.flatMap((sent) => {
    const pools = allowed(sent);
    const wrong =
      pools && executions(sent.id).find(({ origin }) => !pools.includes(origin.split('/', 1)[0] ?? ''));
    return wrong === undefined ? [] : [`${sent.id}: ${sent.kind} ${sent.lane} at ${wrong.origin}`];
  });
}

/** Finds requests that may have an effect each time, and were hedged. */
export function hedgedUnsafely({ ledger, points }: Book): string[] {
  return ledger.sent
    .filter(
      ({ id, kind }) =>
        !kindOf(kind).idempotent && points(id).some(({ events }) => hasMark(events, 'hedged')),
    )
    .map(({ id }) => id);
}

/**
 * Finds requests that were executed more often than their data points tell of attempts, or more than once where neither an
 * attempt had failed nor a hedge was marked.
 */
export function unexplainedExecutions(book: Book): string[] {
  return book.ledger.sent
    .filter(({ id }) => {
      const points = book.points(id);
      if (points.length === 0) return false;
      const times = timesExecuted(book, id);
      const attempts = points.reduce((sum, point) => sum + point.attempts, 0);
      const explained = points.some(
        ({ failed_origins, events }) => failed_origins !== '' || hasMark(events, 'hedged'),
      );
      return times > attempts || (times > 1 && !explained);
    })
    .map(({ id }) => id);
}

/** Steps of requests at origins, those of copies left out. */
export function countExecuted({ ledger }: Book): number {
  return ledger.executions.filter(
    ({ step, kind, origin }) => step === 'executed' && kind !== 'socket' && !isMirror(origin),
  ).length;
}
