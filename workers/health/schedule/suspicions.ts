import { SUSPICION_MS, type Suspicion } from '../../../shared/contracts/control.ts';
import type { OriginId } from '../../../shared/model/ids.ts';
import { pending } from '../../../shared/time/clock.ts';

/** The most suspicions that one call may name, so that no call costs much. An isolate names one. */
const MAX_PER_CALL = 50;
/**
 * The most origins that are accepted per {@link SUSPICION_MS}. Each costs a call to every region that probes it, and the checks until
 * it is down. If more than a hundred fail at a time, the usual checks find the others.
 */
const MAX_ORIGINS = 100;

/** Joins the reports of many isolates: each origin is accepted at most once per {@link SUSPICION_MS}. */
export class Suspicions {
  /** In order of time. */
  readonly #accepted_at = new Map<OriginId, number>();

  /**
   * Costs the same however many origins are watched.
   * @param watched the origins that are watched now; others are ignored
   * @param now milliseconds since the epoch
   * @returns the origins to check now
   */
  accept(
    suspicions: readonly Suspicion[],
    watched: Pick<ReadonlyMap<OriginId, unknown>, 'has'>,
    now: number,
  ): readonly OriginId[] {
    for (const origin of this.#accepted_at.keys()) {
      if (this.#isRecent(origin, now)) break;
      this.#accepted_at.delete(origin);
    }
    const accepted: OriginId[] = [];
    for (const { origin } of suspicions.slice(0, MAX_PER_CALL)) {
      if (!watched.has(origin) || this.#isRecent(origin, now)) continue;
      if (this.#accepted_at.size >= MAX_ORIGINS) break;
      this.#accepted_at.set(origin, now);
      accepted.push(origin);
    }
    return accepted;
  }

  #isRecent(origin: OriginId, now: number): boolean {
    const at = this.#accepted_at.get(origin);
    return at !== undefined && pending(at + SUSPICION_MS, now, SUSPICION_MS);
  }
}
