/** The fractional part of the golden ratio: multiples of no other number are spread as evenly over a circle. */
const STEP = (Math.sqrt(5) - 1) / 2;

/**
 * Numbers in [0, 1) that are spread evenly. Each by itself is uniform. Of any `n` in a row, about `n * p` fall into a part `p` of
 * the range; independent draws miss that number by about √(n * p).
 *
 * 64 draws among 8 equal origins: 7 to 10 each; independent ones leave an origin of 4 beside one of 13.
 *
 * It is the additive recurrence u + i * φ modulo 1 from a random start (Kuipers & Niederreiter, 'Uniform Distribution of
 * Sequences', 1974, chapter 2.3).
 */
export class EvenDraw {
  readonly #random: () => number;
  #at: number | undefined;

  /** @param random uniform in [0, 1); called once, with the first draw, because the platform refuses it in global scope */
  constructor(random: () => number) {
    this.#random = random;
  }

  next(): number {
    const at = this.#at ?? this.#random();
    this.#at = (at + STEP) % 1;
    return at;
  }
}
