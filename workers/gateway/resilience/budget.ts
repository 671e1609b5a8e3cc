import { elapsed } from '../../../shared/clock.ts';
import type { Budget } from '../../../shared/config/config.ts';

/** What is not used is forgotten over this time, and what is spent of the minimum comes back (Finagle's ttl). */
const TTL_MS = 10_000;
/** Forgetting is not worth an exponential on every request. */
const STEP_MS = 1_000;
const RETRY = 100;

/**
 * How much of a balancer's traffic may be retries; and, in another one of the same size, hedges. One isolate's own.
 *
 * Envoy counts retries at once: where a try takes 5 ms, 3 at once are 600 a second, and an outage doubles the traffic.
 * Finagle counts them over time, and then refuses what would have been answered while a large part of a pool is dead.
 * Here every request brings `percent` of a retry, every retry takes one, and one that brings an answer is paid back:
 * it was no repetition of an outage. A hedge is never paid back, for it is a request more whoever wins.
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

  /** The retry brought an answer, or was not made after all. */
  giveBack(): void {
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
