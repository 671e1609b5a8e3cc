import type { Outcome } from '../../../shared/contracts/carrying.ts';
import type { Balancer } from '../../../shared/model/config.ts';
import type { Client } from '../request/client.ts';
import type { RequestUrl } from '../request/request_url.ts';
import type { Decision, ShadowChoice } from './decision.ts';

/** Facts for the data point of a request. They are collected along the way and read at the end. No decision depends on them. */
export interface Trace {
  url?: RequestUrl;
  client?: Client;
  balancer?: Balancer;
  config_version: number;
  /** What the column `rules` will list: `pool_set:NAME`, `rule:NAME`. Absent: no condition held. */
  rules?: readonly string[];
  decision?: Decision;
  shadow?: ShadowChoice | undefined;
  outcome: Outcome;
  status: number;
  /** For operators: why the request ended as it did. */
  detail: string;
  /** What the column `events` will list; undefined until something happens. */
  events?: Set<string>;
}

export function beginTrace(): Trace {
  return { config_version: 0, outcome: 'ok', status: 0, detail: '' };
}

/** Adds an event for the column `events`: `shed`, `limited`, `rule:NAME`, … */
export function mark(trace: Trace, event: string): void {
  trace.events ??= new Set();
  trace.events.add(event);
}

/** Returns the value of the column `events`: the events in alphabetical order, joined by commas. */
export function eventsOf({ events }: Trace): string {
  return events === undefined ? '' : [...events].sort().join();
}
