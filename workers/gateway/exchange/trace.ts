import type { Outcome } from '../../../shared/contracts/carrying.ts';
import type { Balancer } from '../../../shared/model/config.ts';
import type { Client } from '../request/client.ts';
import type { RequestUrl } from '../request/request_url.ts';
import type { Decision, ShadowChoice } from './decision.ts';

/** What the data point of a request tells. It is written along the way and read at the end; nothing is decided by it. */
export interface Trace {
  url?: RequestUrl;
  client?: Client;
  balancer?: Balancer;
  config_version: number;
  decision?: Decision;
  shadow?: ShadowChoice | undefined;
  outcome: Outcome;
  status: number;
  /** For operators: why the request ended as it did. */
  detail: string;
  /** Marks for the column `events`; undefined until there is one. */
  events?: Set<string>;
}

export function beginTrace(): Trace {
  return { config_version: 0, outcome: 'ok', status: 0, detail: '' };
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
