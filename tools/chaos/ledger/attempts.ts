import type { Sent } from '../client/protocol.ts';
import { kindOf } from '../kinds.ts';
import { LANES } from '../lanes.ts';
import { hasMark } from './kept_together.ts';
import { type Book, isMirror, timesExecuted } from './ledger.ts';

/** Finds requests that reached an origin although a rule answers them or sends them to other pools. */
export function againstTheirRule({ ledger, executions }: Book): string[] {
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

/** Finds requests that must not be executed twice, and were hedged. */
export function hedgedUnsafely({ ledger, points }: Book): string[] {
  return ledger.sent
    .filter(
      ({ id, kind }) =>
        !kindOf(kind).idempotent && points(id).some(({ events }) => hasMark(events, 'hedged')),
    )
    .map(({ id }) => id);
}

/**
 * Finds requests that were executed more often than their data points count attempts, or more than once without a failed
 * attempt or a hedge.
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

/** Counts executions, without those of copies and WebSockets. */
export function countExecuted({ ledger }: Book): number {
  return ledger.executions.filter(
    ({ step, kind, origin }) => step === 'executed' && kind !== 'socket' && !isMirror(origin),
  ).length;
}
