import type { Balancer } from '../../../shared/model/config.ts';
import type { Incoming } from '../request/facts.ts';
import type { CompiledConfig } from '../state/compiled_config.ts';
import type { Isolate } from '../state/isolate.ts';
import type { Attempts } from './attempts.ts';
import type { Lifetime } from './lifetime.ts';
import type { Trace } from './trace.ts';

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
