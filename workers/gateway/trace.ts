import type { Balancer, Origin } from '../../shared/config/config.ts';
import type { Outcome } from '../../shared/contracts/carrying.ts';
import type { OriginId } from '../../shared/contracts/ids.ts';
import type { Client } from './client.ts';
import type { Decision } from './decide.ts';
import type { Copy } from './mirror/send_copy.ts';
import type { ShadowChoice } from './shadow.ts';
import type { Target } from './target.ts';

/** What has happened to a request so far; it becomes its data point. */
export interface Trace {
  started_at: number;
  target?: Target;
  client?: Client;
  balancer?: Balancer;
  config_version: number;
  decision?: Decision;
  shadow?: ShadowChoice | undefined;
  /** Of the last attempt. */
  origin?: Origin;
  attempts: number;
  failed_origins: OriginId[];
  retry_reason: string;
  attempt_started_at: number;
  first_byte_ms: number;
  inflight: number;
  outcome: Outcome;
  status: number;
  detail: string;
  /** Marks of what happened besides, for the column `events`; undefined until there is one. */
  events?: Set<string>;
  /** To be sent once the request is answered. */
  copy?: Copy | undefined;
  /** Waited for a free place at an origin. */
  queued_ms: number;
  /** Waited between attempts. */
  backoff_ms: number;
  /** Counts the attempt under way out of the requests in flight. */
  release: () => void;
  /** The data point is written; nothing that comes later counts. */
  finished: boolean;
}

/** @param now milliseconds since the epoch */
export function beginTrace(now: number): Trace {
  return {
    started_at: now,
    config_version: 0,
    attempts: 0,
    failed_origins: [],
    retry_reason: '',
    attempt_started_at: 0,
    first_byte_ms: 0,
    inflight: 0,
    outcome: 'ok',
    status: 0,
    detail: '',
    queued_ms: 0,
    backoff_ms: 0,
    release: () => {},
    finished: false,
  };
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
