import { slowStart } from '../../../shared/balancing/slow_start.ts';
import { takesTraffic, usable } from '../../../shared/balancing/usable.ts';
import { type HealthDocument, stateOf } from '../../../shared/contracts/health.ts';
import type { Origin, OutlierDetection, Pool } from '../../../shared/model/config.ts';
import type { OriginId } from '../../../shared/model/ids.ts';
import { elapsed, pending } from '../../../shared/time/clock.ts';

/** An ejection or its end: a row of the `health` dataset. */
export interface EjectionEvent {
  kind: 'ejection' | 'readmission';
  origin: OriginId;
  pool: string;
  /** Why it was ejected. */
  reason: 'consecutive_failures' | 'failure_percent';
  /** How often it was ejected in a row, this one included. */
  times: number;
  /** How long the ejection lasts, or has lasted. */
  duration_ms: number;
}

interface Seen {
  failures_in_row: number;
  /** Of the interval that began at `interval_at`. */
  interval_at: number;
  requests: number;
  failures: number;
  /** Ejections in a row. */
  times: number;
  reason: EjectionEvent['reason'];
  ejected_at: number;
  /** End of the last ejection, which may be yet to come. 0: there was none. */
  until: number;
  /** How long the last ejection lasts. */
  duration_ms: number;
}

interface Watched {
  seen: Seen;
  pool: Pool;
  ejected: boolean;
}

/** How requests come back to an origin after an ejection: evenly, from 10 % (Envoy's least weight in a slow start). */
const RAMP = { aggression: 1, min_weight: 0.1 };

/** An ejection lasts up to a tenth longer by chance, so that isolates that ejected an origin together do not come back together. */
const JITTER = 0.1;

/**
 * Passive health: origins that have failed requests of this isolate are tried last for a while (Envoy's outlier detection). An
 * ejection is not a failed check. The health Worker makes checks, and their results hold for everybody. Ejections are one
 * isolate's own, and end by themselves.
 */
export class Outliers {
  readonly #seen = new Map<OriginId, Seen>();
  /** Origins that are ejected or on their way back. */
  readonly #watched = new Map<OriginId, Watched>();
  readonly #random: () => number;

  /** @param random uniform in [0, 1) */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Whether no origin is ejected or on its way back. */
  get quiet(): boolean {
    return this.#watched.size === 0;
  }

  /**
   * Remembers how an attempt went.
   * @param failed no connection, no answer or a gateway error. Failures that the client or this gateway caused are not noted
   * @param now milliseconds since the epoch
   * @returns the ejection, if that was one failure too many
   */
  note(
    origin: Origin,
    pool: Pool,
    failed: boolean,
    health: HealthDocument | undefined,
    now: number,
  ): EjectionEvent | undefined {
    const { outlier_detection: rule } = pool;
    if (rule === undefined) return undefined;
    const seen = this.#of(origin.id, now);
    // An ejected origin is asked only where no other is left, so how that goes does not count.
    if (isEjected(seen, now)) return undefined;
    if (elapsed(seen.interval_at, now) >= rule.interval_s * 1_000) {
      seen.interval_at = now;
      seen.requests = 0;
      seen.failures = 0;
    }
    seen.requests++;
    if (!failed) {
      seen.failures_in_row = 0;
      return undefined;
    }
    seen.failures_in_row++;
    seen.failures++;
    const reason = reasonOf(seen, rule);
    if (reason === undefined || !this.#mayEject(origin, pool, rule, health, now)) return undefined;
    return this.#eject(origin.id, pool, rule, seen, reason, now);
  }

  /**
   * Ends the ejections whose time is over, and those of origins that checks found down and now find up again. A check that
   * passed all the time ends no ejection, because it sees less than the requests that failed.
   * @returns the ejections that ended
   */
  readmit(health: HealthDocument | undefined, now: number): EjectionEvent[] {
    const ended: EjectionEvent[] = [];
    for (const [id, watched] of this.#watched) {
      const { seen, pool } = watched;
      if (watched.ejected && cameUp(id, seen.ejected_at, pool, health)) seen.until = now;
      if (isEjected(seen, now)) continue;
      if (watched.ejected) {
        watched.ejected = false;
        ended.push(readmission(id, watched, now));
      }
      if (this.share(id, now) === 1) this.#watched.delete(id);
    }
    return ended;
  }

  /** The part of its requests that an origin gets: 0 ejected, less than 1 on its way back. */
  share(id: OriginId, now: number): number {
    const watched = this.#watched.get(id);
    if (watched === undefined) return 1;
    const { seen, pool } = watched;
    if (isEjected(seen, now)) return 0;
    // As long as what forgives an ejection; Traefik's breaker recovers over the same 10 s.
    const ramp = pool.slow_start ?? { ...RAMP, window_s: pool.outlier_detection?.interval_s ?? 0 };
    return slowStart(elapsed(seen.until, now), ramp);
  }

  /**
   * Forgets origins that a new configuration has changed or does not have.
   * @param poolOf the pool of an origin that is the same server as before; undefined: forget it
   * @returns the ejections that this has ended
   */
  keep(poolOf: (id: OriginId) => Pool | undefined, now: number): EjectionEvent[] {
    const ended: EjectionEvent[] = [];
    for (const id of this.#seen.keys()) {
      const pool = poolOf(id);
      const watched = this.#watched.get(id);
      if (pool !== undefined) {
        if (watched !== undefined) watched.pool = pool;
        continue;
      }
      this.#seen.delete(id);
      this.#watched.delete(id);
      if (watched?.ejected) ended.push(readmission(id, watched, now));
    }
    return ended;
  }

  #of(id: OriginId, now: number): Seen {
    let seen = this.#seen.get(id);
    if (seen === undefined) {
      seen = {
        failures_in_row: 0,
        interval_at: now,
        requests: 0,
        failures: 0,
        times: 0,
        reason: 'consecutive_failures',
        ejected_at: 0,
        until: 0,
        duration_ms: 0,
      };
      this.#seen.set(id, seen);
    }
    return seen;
  }

  /** Whether the pool can do without this origin. */
  #mayEject(
    origin: Origin,
    pool: Pool,
    { max_ejection_percent }: OutlierDetection,
    health: HealthDocument | undefined,
    now: number,
  ): boolean {
    let taking = 0;
    let ejected = 0;
    let others = 0;
    for (const one of pool.origins) {
      if (!takesTraffic(one, pool)) continue;
      taking++;
      if (this.share(one.id, now) === 0) ejected++;
      else if (one.id !== origin.id && usable(one, pool, health)) others++;
    }
    return others > 0 && (ejected + 1) * 100 <= max_ejection_percent * taking;
  }

  #eject(
    id: OriginId,
    pool: Pool,
    { interval_s, base_ejection_s, max_ejection_s }: OutlierDetection,
    seen: Seen,
    reason: EjectionEvent['reason'],
    now: number,
  ): EjectionEvent {
    const healthy_intervals = Math.floor(elapsed(seen.until, now) / (interval_s * 1_000));
    const times = Math.max(0, seen.times - healthy_intervals) + 1;
    const ms = Math.min(base_ejection_s * times, max_ejection_s) * 1_000;
    const duration_ms = Math.round(ms * (1 + JITTER * this.#random()));
    Object.assign(seen, { times, reason, ejected_at: now, until: now + duration_ms, duration_ms });
    Object.assign(seen, { failures_in_row: 0, requests: 0, failures: 0 });
    this.#watched.set(id, { seen, pool, ejected: true });
    return { kind: 'ejection', origin: id, pool: pool.id, reason, times, duration_ms };
  }
}

function isEjected({ until, duration_ms }: Seen, now: number): boolean {
  return pending(until, now, duration_ms);
}

function readmission(origin: OriginId, { seen, pool }: Watched, now: number): EjectionEvent {
  const { reason, times, ejected_at } = seen;
  const duration_ms = Math.max(0, now - ejected_at);
  return { kind: 'readmission', origin, pool: pool.id, reason, times, duration_ms };
}

function reasonOf(seen: Seen, rule: OutlierDetection): EjectionEvent['reason'] | undefined {
  if (seen.failures_in_row >= rule.consecutive_failures) return 'consecutive_failures';
  const enough = seen.requests >= rule.minimum_requests;
  return enough && seen.failures * 100 >= rule.failure_percent * seen.requests
    ? 'failure_percent'
    : undefined;
}

/** Whether active checks have found an origin up again after that time. */
function cameUp(id: OriginId, after: number, pool: Pool, health: HealthDocument | undefined): boolean {
  if (pool.monitor === undefined || stateOf(health, id) !== 'up') return false;
  return (health?.origins[id]?.since ?? 0) > after;
}
