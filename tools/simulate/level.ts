/** A number that changes over time, and its integral. The integral over a span, divided by the span, is the mean. */
export class Level {
  value = 0;
  #area = 0;
  #since = 0;

  /** Changes the value. @param now milliseconds, never less than before */
  add(change: number, now: number): void {
    this.#area += this.value * (now - this.#since);
    this.#since = now;
    this.value += change;
  }

  /** The integral from 0 to `now`. */
  area(now: number): number {
    return this.#area + this.value * (now - this.#since);
  }
}
