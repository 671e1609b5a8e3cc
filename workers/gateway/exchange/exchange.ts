import { HttpError } from '../../../shared/errors.ts';
import type { Balancer } from '../../../shared/model/config.ts';
import type { Incoming } from '../request/facts.ts';
import type { CompiledConfig } from '../state/compiled_config.ts';
import type { Isolate } from '../state/isolate.ts';
import type { Attempts } from './attempts.ts';
import type { Trace } from './trace.ts';

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

/** A request being served: what came in, the configuration that applies, and what was done for it so far. */
export interface Exchange extends Incoming {
  /** The configuration when the request began. It stays the same until the request ends, whatever is published meanwhile. */
  readonly compiled: CompiledConfig;
  /** The load balancer, with the overrides of {@link rules}. */
  readonly balancer: Balancer;
  /** Names of the pool set and the rules whose overrides `balancer` has; absent: none. */
  readonly rules?: readonly string[];
  readonly isolate: Isolate;
  readonly ctx: ExecutionContext;
  readonly life: Lifetime;
  readonly attempts: Attempts;
  readonly trace: Trace;
  /** Set on the copy of a finished exchange that is sent to a mirror. */
  readonly copy?: true;
}

/**
 * Returns how long a request may still take until response headers. `total_ms` counts from the start of the request and
 * includes all waits. If the clock was set back to before that start, all of `total_ms` is left.
 * @returns milliseconds; 0 or less: the time is over. Infinity without a `total_ms`
 */
export function timeLeft({ balancer, isolate, started_at }: Exchange): number {
  const { total_ms } = balancer.timeouts;
  if (total_ms === undefined) return Infinity;
  return total_ms - Math.max(0, isolate.now() - started_at);
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
