import { HttpError } from '../../../shared/errors.ts';
import type { Trace } from '../record/trace.ts';

/** Ends the work for a request whose client has left. Nobody sees its status; 499 is nginx's word for it. */
export function gone(): HttpError {
  return new HttpError(499, 'Client Closed Request', { outcome: 'client_gone' });
}

/**
 * Call it after a wait, before anything that takes a count or sends something. The runtime may go on with a request
 * whose client has left, as long as work handed to `waitUntil` is under way.
 * @throws {HttpError} 499 if the request has ended meanwhile
 */
export function stillWanted({ finished }: Trace): void {
  if (finished) throw gone();
}
