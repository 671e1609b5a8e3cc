import type { Balancer } from '../../shared/model/config.ts';
import type { Trace } from './record/trace.ts';
import type { Client } from './request/client.ts';
import type { RequestUrl } from './request/request_url.ts';
import type { CompiledConfig } from './state/compiled_config.ts';
import type { Isolate } from './state/isolate.ts';

/** One request under way: what came in, by which configuration it is served, and what has happened to it so far. */
export interface Exchange {
  readonly request: Request;
  readonly url: RequestUrl;
  readonly client: Client;
  /** The configuration in use: it stays the same to the end of this request, whatever is published meanwhile. */
  readonly compiled: CompiledConfig;
  /** As its rules leave it. */
  readonly balancer: Balancer;
  /** Names of the rules whose overrides it has; absent: none. */
  readonly rules?: readonly string[];
  readonly isolate: Isolate;
  readonly ctx: ExecutionContext;
  readonly trace: Trace;
  /** This is the copy of an exchange that is over, for a mirror. */
  readonly copy?: true;
}
