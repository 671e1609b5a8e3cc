/** The fractional part of the golden ratio. No other number's multiples are spread over a circle as evenly. */
const STEP = (Math.sqrt(5) - 1) / 2;

/**
 * Numbers in [0, 1) that are spread evenly. Each number is uniform. Of any `n` in a row, about `n * p` fall into a share `p` of
 * the range; independent draws deviate from that by about √(n * p). With 64 draws among 8 equal origins each gets 7 to 10,
 * where independent draws can give one origin 4 and another 13.
 *
 * It is the additive recurrence u + i * φ modulo 1 from a random start (Kuipers & Niederreiter, 'Uniform Distribution of
 * Sequences', 1974, chapter 2.3).
 */
export class EvenDraw {
  readonly #random: () => number;
  #at: number | undefined;

  /** @param random uniform in [0, 1); called once, at the first draw, because the platform forbids it in global scope */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Another one that goes on from here. */
  copy(random: () => number): EvenDraw {
    const copy = new EvenDraw(random);
    copy.#at = this.#at;
    return copy;
  }

  next(): number {
    const at = this.#at ?? this.#random();
    this.#at = (at + STEP) % 1;
    return at;
  }
}
