import { retain } from '../../../../shared/maps.ts';
import type { OriginId } from '../../../../shared/model/ids.ts';
import { elapsed } from '../../../../shared/time/clock.ts';

interface Estimate {
  ms: number;
  at: number;
}

/**
 * First-byte times by origin as a peak EWMA, as in Finagle and tower. A slower answer counts at once and in full, a faster one
 * gradually. Estimates decay with time, so that a slow origin is tried again. Each isolate has its own.
 */
export class PeakEwma {
  readonly #estimates = new Map<OriginId, Estimate>();

  /**
   * @param decay_ms time after which an observation counts for 1/e
   * @param now milliseconds since the epoch
   */
  observe(origin: OriginId, ms: number, decay_ms: number, now: number): void {
    const before = this.#estimates.get(origin);
    if (before === undefined || ms > before.ms) {
      this.#estimates.set(origin, { ms, at: now });
      return;
    }
    const kept = Math.exp(-elapsed(before.at, now) / decay_ms);
    this.#estimates.set(origin, { ms: before.ms * kept + ms * (1 - kept), at: now });
  }

  /** Forgets the origins for which `holds` is false, because they are not the servers that were measured. */
  keep(holds: (origin: OriginId) => boolean): void {
    retain(this.#estimates, holds);
  }

  /** The current estimate, in milliseconds. @param unknown_ms the first estimate of an origin without answers, which decays too */
  of(origin: OriginId, unknown_ms: number, decay_ms: number, now: number): number {
    let estimate = this.#estimates.get(origin);
    if (estimate === undefined) {
      estimate = { ms: unknown_ms, at: now };
      this.#estimates.set(origin, estimate);
    }
    return estimate.ms * Math.exp(-elapsed(estimate.at, now) / decay_ms);
  }
}
