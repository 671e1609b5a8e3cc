import { type Book, isMirror } from './ledger.ts';

/**
 * Time after a client has left in which its request may still arrive at an origin. The notice goes through a relay, the
 * gateway and the proxy, which takes a few milliseconds on an idle machine. The time is less than the 2.5 s that an attempt
 * waits for an answer, so most attempts that nobody waits for are found.
 */
const NOTICE_MS = 1_000;
/** Requests within this time, before and after, tell how long messages take at that moment. */
const AROUND_MS = 1_000;

/**
 * Finds requests that were sent to an origin after their client had left. On a busy machine all messages are late. The
 * allowed time is therefore {@link NOTICE_MS} plus twice the median time that requests took to arrive at that moment: once
 * for the notice, and once for a request that was sent before it.
 */
export function sentAfterLeaving({ ledger, executions, faultsOf }: Book): string[] {
  const arrivals = ledger.sent.flatMap(({ id, at }) => {
    const first = executions(id).find(({ step }) => step === 'arrived');
    return first === undefined ? [] : [{ at, way_ms: first.at - at }];
  });
  const usualWayAt = (time: number) => {
    const around = arrivals.filter(({ at }) => Math.abs(at - time) <= AROUND_MS).map(({ way_ms }) => way_ms);
    return around.sort((a, b) => a - b)[around.length >> 1] ?? 0;
  };
  return ledger.sent
    .filter(({ left_at }) => left_at !== 0)
    .filter(({ id, left_at }) => {
      const late = left_at + NOTICE_MS + 2 * usualWayAt(left_at);
      return executions(id).some(
        ({ step, origin, at }) =>
          step === 'arrived' &&
          at > late &&
          !isMirror(origin) &&
          // A paused origin reads requests that came during the pause when it continues.
          !faultsOf(origin, left_at, at).some(({ kind }) => kind === 'pause'),
      );
    })
    .map(({ id }) => id);
}

/**
 * Checks the last round, in which one request is under way at a time. Each must be served and must find no request in
 * flight at its origin. A request that it finds there was counted in and never out.
 */
export function leftInFlight({ ledger, points }: Book): string[] {
  return ledger.sent
    .filter(({ last }) => last)
    .flatMap(({ id, status, body }) => {
      if (body !== 'right') return [`${id}: ${status || 'no answer'}, ${body} body`];
      const full = points(id).find(({ inflight }) => inflight > 0);
      return full === undefined ? [] : [`${id}: ${full.inflight} in flight at ${full.origin}`];
    });
}
