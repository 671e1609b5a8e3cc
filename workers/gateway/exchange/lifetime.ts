import { HttpError } from '../../../shared/errors.ts';

/** Whether a request still goes on. */
export class Lifetime {
  /** The data point is written. Nothing that comes later counts, and nothing more may begin. */
  ended = false;
  /** The client left before the end. */
  gone = false;
  /** The request's body is being read or passed on. */
  receiving = false;
  /** Gives up the request's place in a queue; undefined: it waits in none. */
  leave_queue: (() => void) | undefined;
  /** Sends the request's copy to a mirror, once the request has ended; undefined: there is none. */
  send_copy: (() => Promise<void>) | undefined;
}

/**
 * Call it after a wait, before anything that takes a count or sends something. The runtime may go on with a request
 * whose client has left, as long as work handed to `waitUntil` is under way.
 * @throws {HttpError} 499 if the request has ended meanwhile
 */
export function stillWanted({ ended }: Lifetime): void {
  if (ended) throw gone();
}

/** Ends the work for a request whose client has left. Nobody sees its status; 499 is nginx's name for it. */
export function gone(): HttpError {
  return new HttpError(499, 'Client Closed Request', { outcome: 'client_gone' });
}
