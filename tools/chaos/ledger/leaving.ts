import { type Book, isMirror } from './ledger.ts';

/**
 * How long after its client has left a request may still arrive at an origin. The news is a packet through a relay, the
 * gateway and the proxy: a few milliseconds, and as many turns of event loops. It is less than the 2.5 s that an attempt waits
 * for an answer, so that an attempt that is made for nobody is mostly found.
 */
const NOTICE_MS = 1_000;
/** The requests around it, before and after, tell how long messages are on their way just then. */
const AROUND_MS = 1_000;

/**
 * Finds requests that were sent to an origin after their client had left. On a machine that is too busy all messages are late:
 * the time allowed is {@link NOTICE_MS} and twice what half of the requests at that time took to arrive, once for the news
 * and once for what was sent before it.
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
          // What came while it was stopped, an origin reads when it goes on.
          !faultsOf(origin, left_at, at).some(({ kind }) => kind === 'pause'),
      );
    })
    .map(({ id }) => id);
}

/**
 * Looks at the last round, in which one request is under way at a time: each has to be served, and to find nothing in
 * flight at its origin. Whatever it finds there was counted in and never out again.
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
