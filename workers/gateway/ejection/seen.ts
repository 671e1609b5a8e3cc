import { type HealthDocument, stateOf } from '../../../shared/contracts/health.ts';
import type { OutlierDetection, Pool } from '../../../shared/model/config.ts';
import type { OriginId } from '../../../shared/model/ids.ts';
import { pending } from '../../../shared/time/clock.ts';
import type { EjectionEvent } from './record_ejection.ts';

/** What an isolate has seen of one origin. Times are milliseconds since the epoch. */
export interface Seen {
  /** The current configuration of its pool. */
  pool: Pool;
  failures_in_row: number;
  /** When the current interval began, to which `requests` and `failures` belong. */
  interval_at: number;
  requests: number;
  failures: number;
  /** Whether the last ejection still has to be ended. */
  ejected: boolean;
  /** Ejections in a row. */
  times: number;
  reason: EjectionEvent['reason'];
  ejected_at: number;
  /** End of the last ejection, which may lie in the future. 0: there was none. */
  until: number;
  /** How long the last ejection lasts. */
  duration_ms: number;
}

export function newSeen(pool: Pool, now: number): Seen {
  return {
    pool,
    failures_in_row: 0,
    interval_at: now,
    requests: 0,
    failures: 0,
    ejected: false,
    times: 0,
    reason: 'consecutive_failures',
    ejected_at: 0,
    until: 0,
    duration_ms: 0,
  };
}

export function isEjected({ until, duration_ms }: Seen, now: number): boolean {
  return pending(until, now, duration_ms);
}

/** Why an origin must be ejected. Undefined: it need not be. */
export function reasonOf(seen: Seen, options: OutlierDetection): EjectionEvent['reason'] | undefined {
  if (seen.failures_in_row >= options.consecutive_failures) return 'consecutive_failures';
  const enough = seen.requests >= options.minimum_requests;
  return enough && seen.failures * 100 >= options.failure_percent * seen.requests
    ? 'failure_percent'
    : undefined;
}

/** Whether active checks have found an origin up since it was ejected. */
export function cameUp(id: OriginId, seen: Seen, health: HealthDocument | undefined): boolean {
  if (seen.pool.monitor === undefined || stateOf(health, id) !== 'up') return false;
  return (health?.origins[id]?.since ?? 0) > seen.ejected_at;
}

/** Ends an ejection. */
export function readmit(origin: OriginId, seen: Seen, now: number): EjectionEvent {
  seen.ejected = false;
  return eventOf('readmission', origin, seen, Math.max(0, now - seen.ejected_at));
}

export function eventOf(
  kind: EjectionEvent['kind'],
  origin: OriginId,
  { pool, reason, times }: Seen,
  duration_ms: number,
): EjectionEvent {
  return { kind, origin, pool: pool.id, reason, times, duration_ms };
}
