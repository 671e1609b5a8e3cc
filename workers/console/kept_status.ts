import { elapsed, pending } from '../../shared/time/clock.ts';
import { within } from '../../shared/time/within.ts';
import type { PublicStatus } from './public_status.ts';

/** How long an answer is shown. Nobody without a token causes more than one look in this time, in each isolate. */
export const KEPT_MS = 15_000;

/**
 * How long a look counts as under way, and the longest that a request waits for it. The promise of another request may never settle,
 * because the runtime drops the work of a cancelled request.
 */
const LOOK_MS = 5_000;

/** The public status in an isolate's memory. A look that failed is kept as well, or a fault would open the way to the sources. */
export class KeptStatus {
  readonly #now: () => number;
  #kept: { at: number; status: PublicStatus | undefined } | undefined;
  #look: { since: number; done: Promise<void> } | undefined;

  /** @param now milliseconds since the epoch */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * The status as it was at most {@link KEPT_MS} ago. While a look is under way, others get the answer before it.
   * @param look asks the sources
   * @param defer `ctx.waitUntil`, so that a look survives the client that caused it
   * @returns undefined: the last look failed
   */
  async get(
    look: () => Promise<PublicStatus>,
    defer: (work: Promise<unknown>) => void,
  ): Promise<PublicStatus | undefined> {
    const now = this.#now();
    if (this.#kept !== undefined && elapsed(this.#kept.at, now) < KEPT_MS) return this.#kept.status;
    const under_way = this.#look !== undefined && pending(this.#look.since + LOOK_MS, now, LOOK_MS);
    if (under_way && this.#kept !== undefined) return this.#kept.status;
    const { done } = under_way && this.#look !== undefined ? this.#look : this.#begin(look, defer, now);
    await within(LOOK_MS, done).catch(() => undefined);
    return this.#kept?.status;
  }

  /** Forgets everything, as a new isolate. */
  clear(): void {
    this.#kept = undefined;
    this.#look = undefined;
  }

  #begin(
    look: () => Promise<PublicStatus>,
    defer: (work: Promise<unknown>) => void,
    since: number,
  ): { done: Promise<void> } {
    const done = look()
      .catch((error: unknown) => {
        console.error(`console: the public status is not known: ${String(error)}`);
        return undefined;
      })
      .then((status) => {
        if (this.#look !== begun) return;
        this.#kept = { at: since, status };
        this.#look = undefined;
      });
    const begun = { since, done };
    this.#look = begun;
    defer(done);
    return begun;
  }
}
