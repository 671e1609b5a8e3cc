import type { Budget } from '../../../shared/model/config.ts';
import { elapsed } from '../../../shared/time/clock.ts';

/** Over this time unused retries are forgotten, and spent ones of the minimum come back (Finagle's ttl). */
const TTL_MS = 10_000;
/** How often unused retries are forgotten. An exponential on every request would cost too much. */
const STEP_MS = 1_000;
const RETRY = 100;

/**
 * How much of a balancer's traffic may be retries. A second budget of the same size is for hedges. One isolate's own.
 *
 * Envoy limits concurrent retries. At 5 ms each, 3 concurrent retries are still 600 per second, so an outage doubles the
 * traffic. Finagle counts retries over time. While a large part of a pool is dead, it refuses retries that would be answered.
 * Here every request brings `percent` of a retry and every retry takes one. A retry that brings an answer is paid back,
 * because it added nothing to an outage. A hedge is never paid back, because it is one more request whichever attempt wins.
 *
 * Over N requests in T seconds, retries that brought nothing are at most
 * percent / 100 * N + min_per_s * (10 + T), and so are hedges.
 */
export class RetryBudget {
  /** In hundredths of a retry: whole numbers add up exactly. */
  #balance: number | undefined;
  #at = 0;

  /** Counts a request in. @param now milliseconds since the epoch */
  request(rule: Budget, now: number): void {
    const balance = this.#fade(rule, now, STEP_MS);
    this.#balance = balance + rule.percent;
  }

  /** @returns false: there is none left */
  take(rule: Budget, now: number): boolean {
    const balance = this.#fade(rule, now, 0);
    if (balance < RETRY) return false;
    this.#balance = balance - RETRY;
    return true;
  }

  /** Pays one back: the retry brought an answer, or was not made after all. */
  refund(): void {
    if (this.#balance !== undefined) this.#balance += RETRY;
  }

  /** The balance, on its way back to the minimum from above and from below. */
  #fade({ min_per_s }: Budget, now: number, step_ms: number): number {
    const minimum = min_per_s * (TTL_MS / 1_000) * RETRY;
    if (this.#balance === undefined) {
      this.#at = now;
      return minimum;
    }
    const elapsed_ms = elapsed(this.#at, now);
    if (elapsed_ms <= step_ms) return this.#balance;
    this.#at = now;
    return minimum + (this.#balance - minimum) * Math.exp(-elapsed_ms / TTL_MS);
  }
}
