import type { Outcome } from '../../../shared/contracts/carrying.ts';
import type { Balancer } from '../../../shared/model/config.ts';
import type { OriginId } from '../../../shared/model/ids.ts';
import type { Attempt } from '../attempt/run_attempt.ts';
import type { Copy } from '../mirror/send_copy.ts';
import type { Client } from '../request/client.ts';
import type { RequestUrl } from '../request/request_url.ts';
import type { Decision } from '../selection/decide.ts';
import type { ShadowChoice } from '../selection/shadow.ts';

/** What has happened to a request so far; it becomes its data point. */
export interface Trace {
  started_at: number;
  url?: RequestUrl;
  client?: Client;
  balancer?: Balancer;
  config_version: number;
  decision?: Decision;
  shadow?: ShadowChoice | undefined;
  /** The attempt that the data point tells of: the delivered one, else the last one. */
  attempt: Attempt | undefined;
  /** The attempt that began last. `Attempt.before` leads from it to all earlier ones. */
  last_attempt: Attempt | undefined;
  attempts: number;
  failed_origins: OriginId[];
  retry_reason: string;
  /** Of `attempt`. */
  first_byte_ms: number;
  outcome: Outcome;
  status: number;
  detail: string;
  /** Marks for the column `events`; undefined until there is one. */
  events?: Set<string>;
  /** To be sent once the request is answered. */
  copy?: Copy | undefined;
  /** How long it waited for a free place at an origin. */
  queued_ms: number;
  /** How long it waited between attempts. */
  backoff_ms: number;
  /** Gives up the place in a queue; undefined: the request waits in no queue. */
  leave_queue: (() => void) | undefined;
  /** The data point is written. Nothing that comes later counts, and nothing more may begin. */
  finished: boolean;
  /** The request's body is on its way: being read, or passed on. */
  receiving: boolean;
  /** The client has left before the end. */
  gone: boolean;
}

/** @param now milliseconds since the epoch */
export function beginTrace(now: number): Trace {
  return {
    started_at: now,
    config_version: 0,
    attempt: undefined,
    last_attempt: undefined,
    attempts: 0,
    failed_origins: [],
    retry_reason: '',
    first_byte_ms: 0,
    outcome: 'ok',
    status: 0,
    detail: '',
    queued_ms: 0,
    backoff_ms: 0,
    leave_queue: undefined,
    finished: false,
    receiving: false,
    gone: false,
  };
}

/** Returns every count that a request has taken. A count that was returned before is not returned twice. */
export function releaseAll(trace: Trace): void {
  trace.leave_queue?.();
  for (let attempt = trace.last_attempt; attempt !== undefined; attempt = attempt.before) attempt.release();
}

/** Notes that something happened to a request: `shed`, `limited`, `rule:NAME`, … */
export function mark(trace: Trace, event: string): void {
  trace.events ??= new Set();
  trace.events.add(event);
}

/** All marks as the column `events` holds them. */
export function eventsOf({ events }: Trace): string {
  return events === undefined ? '' : [...events].sort().join();
}
