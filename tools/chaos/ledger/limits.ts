import type { Sent } from '../client/protocol.ts';
import { kindOf } from '../kinds.ts';
import { LIMIT } from '../lanes.ts';
import { hasMark } from './kept_together.ts';
import type { Book } from './ledger.ts';

/** After a client has left, its request may still reach the limiter. */
const SLACK_MS = 1_000;

/** Whether a request was refused by its limit. */
export function isLimited({ kind, status }: Sent): boolean {
  return kindOf(kind).guarded && status === 429;
}

/**
 * Finds requests that were refused although their caller had sent no more than its limit. The limiter looked at a request at
 * some time between its beginning and its end, so all that may have been in the same window are counted.
 */
export function refusedBelowLimit({ ledger }: Book): string[] {
  return [...byCaller(ledger.sent).values()].flatMap((calls) =>
    calls
      .filter((one) => {
        if (!isLimited(one)) return false;
        const from = one.at - LIMIT.window_ms - SLACK_MS;
        return (
          calls.filter(({ at, ended_at }) => at <= one.ended_at && ended_at >= from).length <= LIMIT.requests
        );
      })
      .map(({ id }) => id),
  );
}

/**
 * Finds spans of a window's length in which more requests began and ended than the limit lets pass. The limiter's windows
 * follow one another, so a span touches two; and each process of the gateway has counters of its own. A limiter that is late
 * refuses nobody.
 * @returns the first request of each span
 */
export function servedAboveLimit({ ledger, points }: Book): string[] {
  const gateways = ledger.generations.filter(({ worker }) => worker === 'gateway');
  return [...byCaller(ledger.sent).values()].flatMap((calls) => {
    const passed = calls.filter(
      ({ id, left_at, status }) =>
        left_at === 0 &&
        status !== 429 &&
        !points(id).some(({ events }) => hasMark(events, 'limiter_failed')),
    );
    return passed
      .filter(({ at: from }) => {
        const to = from + LIMIT.window_ms;
        const served = passed.filter(({ at, ended_at }) => at >= from && ended_at <= to).length;
        const begun = gateways.filter(({ started_at }) => started_at > from && started_at <= to).length;
        return served > 2 * LIMIT.requests * (1 + begun);
      })
      .map(({ id }) => id);
  });
}

function byCaller(sent: readonly Sent[]): Map<string, Sent[]> {
  return Map.groupBy(
    sent.filter(({ kind }) => kindOf(kind).guarded),
    ({ key }) => key,
  );
}
