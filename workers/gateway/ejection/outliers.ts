import { slowStart } from '../../../shared/balancing/slow_start.ts';
import { takesTraffic, usable } from '../../../shared/balancing/usable.ts';
import type { HealthDocument } from '../../../shared/contracts/health.ts';
import type { Origin, OutlierDetection, Pool } from '../../../shared/model/config.ts';
import type { OriginId } from '../../../shared/model/ids.ts';
import { elapsed } from '../../../shared/time/clock.ts';
import type { EjectionEvent } from './record_ejection.ts';
import { cameUp, eventOf, isEjected, newSeen, readmit, reasonOf, type Seen } from './seen.ts';

/** How requests come back to an origin after an ejection: linearly from 10 %, Envoy's least weight in a slow start. */
const RAMP = { aggression: 1, min_weight: 0.1 };

/** An ejection lasts up to a tenth longer, at random. Otherwise isolates that ejected an origin together would come back together. */
const JITTER = 0.1;

/**
 * Passive health: origins that failed requests of this isolate are tried last for a while (Envoy's outlier detection). Active checks
 * are something else: the health Worker makes them, and every isolate uses their results. Ejections belong to one isolate and end
 * by themselves. Times are milliseconds since the epoch.
 */
export class Outliers {
  readonly #seen = new Map<OriginId, Seen>();
  /** Origins that are ejected or on their way back. */
  readonly #watched = new Map<OriginId, Seen>();
  readonly #random: () => number;

  /** @param random uniform in [0, 1) */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Others that have seen the same. */
  copy(random: () => number): Outliers {
    const copy = new Outliers(random);
    for (const [id, seen] of this.#seen) copy.#seen.set(id, { ...seen });
    for (const id of this.#watched.keys()) {
      const seen = copy.#seen.get(id);
      if (seen !== undefined) copy.#watched.set(id, seen);
    }
    return copy;
  }

  /** Whether no origin is ejected or on its way back. */
  get quiet(): boolean {
    return this.#watched.size === 0;
  }

  /**
   * Remembers how an attempt went.
   * @param failed no connection, no answer or a gateway error. Failures that the client or this gateway caused are not noted
   * @returns if that was one failure too many: the ejection, or `kept` because the pool cannot do without the origin
   */
  note(
    origin: Origin,
    pool: Pool,
    failed: boolean,
    health: HealthDocument | undefined,
    now: number,
  ): EjectionEvent | 'kept' | undefined {
    const { outlier_detection: options } = pool;
    if (options === undefined) return undefined;
    let seen = this.#seen.get(origin.id);
    if (seen === undefined) {
      seen = newSeen(pool, now);
      this.#seen.set(origin.id, seen);
    }
    // An ejected origin is tried only if no other is left, so the result does not count.
    if (isEjected(seen, now)) return undefined;
    if (elapsed(seen.interval_at, now) >= options.interval_s * 1_000) {
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
    const reason = reasonOf(seen, options);
    if (reason === undefined) return undefined;
    if (!this.#mayEject(origin, pool, options, health, now)) return 'kept';
    seen.pool = pool;
    seen.reason = reason;
    return this.#eject(origin.id, seen, options, now);
  }

  /**
   * Ends the ejections whose time is over, and those of origins that checks found down and now find up again. A check that passed
   * all the time ends no ejection, because it sees less than the requests that failed.
   * @returns the ejections that ended
   */
  readmit(health: HealthDocument | undefined, now: number): EjectionEvent[] {
    const ended: EjectionEvent[] = [];
    for (const [id, seen] of this.#watched) {
      if (seen.ejected && cameUp(id, seen, health)) seen.until = now;
      if (isEjected(seen, now)) continue;
      if (seen.ejected) ended.push(readmit(id, seen, now));
      if (this.share(id, now) === 1) this.#watched.delete(id);
    }
    return ended;
  }

  /** The share of its requests that an origin gets. 0: it is ejected. Between 0 and 1: it is on its way back. */
  share(id: OriginId, now: number): number {
    const seen = this.#watched.get(id);
    if (seen === undefined) return 1;
    if (isEjected(seen, now)) return 0;
    const { slow_start, outlier_detection } = seen.pool;
    // As long as the interval after which failures are forgotten, by default 10 s. Traefik's breaker recovers over 10 s too.
    const ramp = slow_start ?? { ...RAMP, window_s: outlier_detection?.interval_s ?? 0 };
    return slowStart(elapsed(seen.until, now), ramp);
  }

  /**
   * Forgets origins that a new configuration has changed or does not have.
   * @param poolOf the pool of an origin that is the same server as before; undefined: forget it
   * @returns the ejections that this has ended
   */
  keep(poolOf: (id: OriginId) => Pool | undefined, now: number): EjectionEvent[] {
    const ended: EjectionEvent[] = [];
    for (const [id, seen] of this.#seen) {
      const pool = poolOf(id);
      if (pool !== undefined) {
        seen.pool = pool;
        continue;
      }
      this.#seen.delete(id);
      this.#watched.delete(id);
      if (seen.ejected) ended.push(readmit(id, seen, now));
    }
    return ended;
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
    seen: Seen,
    { interval_s, base_ejection_s, max_ejection_s }: OutlierDetection,
    now: number,
  ): EjectionEvent {
    const healthy_intervals = Math.floor(elapsed(seen.until, now) / (interval_s * 1_000));
    seen.times = Math.max(0, seen.times - healthy_intervals) + 1;
    const ms = Math.min(base_ejection_s * seen.times, max_ejection_s) * 1_000;
    const duration_ms = Math.round(ms * (1 + JITTER * this.#random()));
    const counts = { failures_in_row: 0, requests: 0, failures: 0 };
    Object.assign(seen, { ...counts, ejected: true, ejected_at: now, until: now + duration_ms, duration_ms });
    this.#watched.set(id, seen);
    return eventOf('ejection', id, seen, duration_ms);
  }
}
