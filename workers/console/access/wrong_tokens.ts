import { clientKey } from '../../../shared/hashing/client_key.ts';
import { elapsed } from '../../../shared/time/clock.ts';
import { within } from '../../../shared/time/within.ts';
import type { From } from './principal.ts';
import { tooManyWrongTokens } from './refusals.ts';

/** The limiter's period in wrangler.console.toml. */
const RETRY_AFTER_S = 60;
/** The limiter counts on the machine that runs the Worker, so its answer needs no network. */
const DEADLINE_MS = 50;
/** A trouble that lasts is logged again after this time. */
const AGAIN_MS = 60_000;

/**
 * Counts wrong tokens of each client. Only they count, so nobody is locked out by the wrong tokens of a neighbour: a valid token is
 * recognised first. If the limiter is missing or fails, requests go on, because 32 random bytes cannot be guessed anyway.
 */
export class WrongTokens {
  readonly #now: () => number;
  #logged_at = Number.NEGATIVE_INFINITY;

  /** @param now milliseconds since the epoch */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Counts a wrong token.
   * @param limiter undefined: it is not bound
   * @throws {Refusal} 429 above the limit
   */
  async count(limiter: RateLimit | undefined, from: From): Promise<void> {
    if (limiter === undefined) return this.#log('is not bound');
    let success: boolean;
    try {
      ({ success } = await within(DEADLINE_MS, limiter.limit({ key: clientKey(from) })));
    } catch (error) {
      return this.#log(error instanceof Error ? `failed: ${error.message}` : 'failed');
    }
    if (!success) throw tooManyWrongTokens(RETRY_AFTER_S);
  }

  #log(what: string): void {
    if (elapsed(this.#logged_at, this.#now()) < AGAIN_MS) return;
    this.#logged_at = this.#now();
    console.warn(`console: rate limiter WRONG_TOKENS ${what}, wrong tokens are not limited`);
  }
}
