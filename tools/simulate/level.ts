/** A number that changes in time, and its area under time: the area over a span, divided by it, is the mean. */
export class Level {
  value = 0;
  #area = 0;
  #since = 0;

  /** @param now milliseconds, never less than before */
  add(change: number, now: number): void {
    this.#area += this.value * (now - this.#since);
    this.#since = now;
    this.value += change;
  }

  /** From 0 until now. */
  area(now: number): number {
    return this.#area + this.value * (now - this.#since);
  }
}
