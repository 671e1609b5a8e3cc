/** The window of a rate. It is long enough for a few requests a second and short enough to follow a rush. */
const WINDOW_MS = 10_000;
const SECOND_MS = 1_000;

/** Counts how often something happens, over a sliding window made of two fixed ones. */
export class Rate {
  #started: number;
  #window: number;
  #count = 0;
  #before = 0;

  /** @param now milliseconds since the epoch, here and below */
  constructor(now: number) {
    this.#started = now;
    this.#window = Math.floor(now / WINDOW_MS);
  }

  /** Another one that goes on from here. */
  copy(): Rate {
    const copy = new Rate(this.#started);
    copy.#window = this.#window;
    copy.#count = this.#count;
    copy.#before = this.#before;
    return copy;
  }

  /** Counts one event. @returns events a second */
  count(now: number): number {
    const window = Math.floor(now / WINDOW_MS);
    if (now < this.#started) this.#started = now;
    if (window !== this.#window) {
      this.#before = window === this.#window + 1 ? this.#count : 0;
      this.#count = 0;
      this.#window = window;
    }
    this.#count++;
    const left = 1 - (now % WINDOW_MS) / WINDOW_MS;
    const span_ms = Math.min(WINDOW_MS, Math.max(SECOND_MS, now - this.#started));
    return ((this.#before * left + this.#count) * SECOND_MS) / span_ms;
  }
}
