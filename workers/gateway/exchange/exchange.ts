import type { Balancer } from '../../../shared/model/config.ts';
import type { Incoming } from '../request/incoming.ts';
import type { CompiledConfig } from '../state/compiled_config.ts';
import type { Isolate } from '../state/isolate.ts';
import type { Attempts } from './attempts.ts';
import type { Lifetime } from './lifetime.ts';
import type { Trace } from './trace.ts';

/** One request under way: what came in, the configuration that serves it, and what has been done for it so far. */
export interface Exchange extends Incoming {
  /** The configuration in use. It stays the same until this request ends, whatever is published meanwhile. */
  readonly compiled: CompiledConfig;
  /** The load balancer, with the overrides of `rules`. */
  readonly balancer: Balancer;
  /** Names of the pool set and the rules whose overrides `balancer` has; absent: none. */
  readonly rules?: readonly string[];
  readonly isolate: Isolate;
  readonly ctx: ExecutionContext;
  readonly life: Lifetime;
  readonly attempts: Attempts;
  readonly trace: Trace;
  /** This is the copy of an exchange that is over, for a mirror. */
  readonly copy?: true;
}
