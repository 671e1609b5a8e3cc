import { HttpError } from '../../../shared/errors.ts';

/** How far a request has come, and what is left to do when it ends. */
export class Lifetime {
  /** Whether the data point is written. Nothing is counted afterwards, and nothing may begin. */
  ended = false;
  /** Whether the client left before the end. */
  gone = false;
  /** Whether the request's body is being read or passed on. */
  receiving = false;
  /** Gives up the request's place in a queue; undefined: it is in no queue. */
  leave_queue: (() => void) | undefined;
  /** Sends the request's copy to a mirror when the request has ended; undefined: there is no copy. */
  send_copy: (() => Promise<void>) | undefined;
}

/**
 * Checks that a request has not ended. Call it after a wait, before taking a count or sending something: the runtime may
 * continue a request whose client has left while other work is in `waitUntil`.
 * @throws {HttpError} 499 if the request has ended
 */
export function stillWanted({ ended }: Lifetime): void {
  if (ended) throw clientGone();
}

/** Returns the error that ends the work for a client that has left. 499 is nginx's status for this; no client receives it. */
export function clientGone(): HttpError {
  return new HttpError(499, 'Client Closed Request', { outcome: 'client_gone' });
}
