import type { Balancer } from '../../../shared/model/config.ts';
import type { Incoming } from '../request/incoming.ts';
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
