import type { Sent } from '../client/protocol.ts';
import { kindOf } from '../kinds.ts';
import { LIMIT } from '../lanes.ts';
import { hasMark } from './kept_together.ts';
import type { Book } from './ledger.ts';

/** Time after a client has left in which its request may still reach the limiter. */
const SLACK_MS = 1_000;

/** Whether a limit refused a request. */
export function isLimited({ kind, status }: Sent): boolean {
  return kindOf(kind).guarded && status === 429;
}

/**
 * Finds requests that were refused although their caller had not exceeded its limit. The limiter counted a request at some
 * time between its beginning and its end, so all requests count here that may have been in the same window.
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
 * Finds spans, as long as a window, in which more requests began and ended than the limit allows. The limiter's windows
 * follow each other, so a span overlaps two of them, and each process of the gateway has its own counters. Requests whose
 * limiter failed do not count, because the gateway lets them pass.
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
