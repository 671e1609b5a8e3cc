import { SUSPICION_MS, type Suspicion } from '../../../shared/contracts/control.ts';
import type { OriginId } from '../../../shared/model/ids.ts';
import { pending } from '../../../shared/time/clock.ts';
import type { Watched } from '../probe/order.ts';

/** The most suspicions that one call may name, so that no call costs much. An isolate names one. */
const MAX_SUSPICIONS = 50;

/** Joins the reports of many isolates: each origin is accepted at most once per {@link SUSPICION_MS}. */
export class Suspicions {
  readonly #accepted_at = new Map<OriginId, number>();

  /**
   * @param watched what is watched now; other origins are ignored
   * @param now milliseconds since the epoch
   * @returns what to check now, because of the accepted suspicions
   */
  accept(suspicions: readonly Suspicion[], watched: readonly Watched[], now: number): readonly Watched[] {
    const fresh = new Set(
      suspicions
        .slice(0, MAX_SUSPICIONS)
        .map(({ origin }) => origin)
        .filter((origin) => !this.#isRecent(origin, now)),
    );
    if (fresh.size === 0) return [];
    const suspected = watched.filter(({ id }) => fresh.has(id));
    for (const origin of this.#accepted_at.keys())
      if (!this.#isRecent(origin, now)) this.#accepted_at.delete(origin);
    for (const { id } of suspected) this.#accepted_at.set(id, now);
    return suspected;
  }

  #isRecent(origin: OriginId, now: number): boolean {
    const at = this.#accepted_at.get(origin);
    return at !== undefined && pending(at + SUSPICION_MS, now, SUSPICION_MS);
  }
}
