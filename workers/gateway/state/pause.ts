import { elapsed, pending } from '../../../shared/time/clock.ts';

/** How long a pause lasts. */
const PAUSE_MS = 1_000;

/** The time after a failure during which no request waits for the failed part. A few requests try it in the background. */
export class Pause {
  readonly #try_ms: number;
  #until = 0;
  #tried_at = 0;

  /** @param try_ms one request per this time may try */
  constructor(try_ms: number) {
    this.#try_ms = try_ms;
  }

  /** Another one in the same state. */
  copy(): Pause {
    const copy = new Pause(this.#try_ms);
    copy.#until = this.#until;
    copy.#tried_at = this.#tried_at;
    return copy;
  }

  /** @param tried_at time of the last try, in milliseconds since the epoch */
  begin(now: number, tried_at = this.#tried_at): void {
    this.#until = now + PAUSE_MS;
    this.#tried_at = tried_at;
  }

  end(): void {
    this.#until = 0;
  }

  lasts(now: number): boolean {
    return pending(this.#until, now, PAUSE_MS);
  }

  /** Whether this request may try: there is no pause, or the next try is due. It then counts as made. */
  mayTry(now: number): boolean {
    if (!this.lasts(now)) return true;
    if (elapsed(this.#tried_at, now) < this.#try_ms) return false;
    this.#tried_at = now;
    return true;
  }
}
