import type { Budget } from '../../../shared/model/config.ts';
import { elapsed } from '../../../shared/time/clock.ts';

/** The time constant with which unused retries expire and spent retries of the minimum come back (Finagle's ttl). */
const TTL_MS = 10_000;
/** How often unused retries expire. An exponential on every request would cost too much. */
const STEP_MS = 1_000;
const RETRY = 100;

/**
 * How much of a balancer's traffic may be retries. A second budget of the same size is for hedges. Each isolate has its own.
 *
 * Envoy limits concurrent retries. At 5 ms each, 3 concurrent retries are still 600 per second, so an outage doubles the
 * traffic. Finagle counts retries over time. While a large part of a pool is dead, it refuses retries that would be answered.
 * Here every request adds `percent` of a retry and every retry takes one. A retry that brings an answer is paid back,
 * because it added nothing to an outage. A hedge is never paid back, because it is one more request whichever attempt wins.
 *
 * Over N requests in T seconds, retries that brought nothing are at most
 * percent / 100 * N + min_per_s * (10 + T), and so are hedges.
 */
export class RetryBudget {
  /** In hundredths of a retry, because whole numbers add up exactly. */
  #balance: number | undefined;
  #at = 0;

  /** Adds the part of a retry that a request brings. @param now milliseconds since the epoch */
  request(limits: Budget, now: number): void {
    const balance = this.#fade(limits, now, STEP_MS);
    this.#balance = balance + limits.percent;
  }

  /** Takes a retry. @returns false: there is none left */
  take(limits: Budget, now: number): boolean {
    const balance = this.#fade(limits, now, 0);
    if (balance < RETRY) return false;
    this.#balance = balance - RETRY;
    return true;
  }

  /** Pays a retry back, because it brought an answer or was not made. */
  refund(): void {
    if (this.#balance !== undefined) this.#balance += RETRY;
  }

  /** Moves the balance towards the minimum, from above or from below, and returns it. */
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
