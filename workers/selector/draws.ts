import type { Draw } from './strategy.ts';

/** Sequences kept, far more than balancers have pools. One that is dropped goes on from another random number. */
const MAX_SEQUENCES = 10_000;

/**
 * Starts lie below this: large enough to be even over any number of targets, small enough that a sequence never
 * leaves the integers that a number holds exactly.
 */
const STARTS = 2 ** 31;

/**
 * The sequences of this isolate, by what they belong to (a balancer, or one of its pools). Each starts at a random
 * number, or every new isolate would send its first request to the same origin; it is drawn with the first request,
 * for the platform refuses randomness in global scope.
 */
export class Draws {
  readonly #random: () => number;
  readonly #max: number;
  readonly #next = new Map<string, number>();

  /** @param random uniform in [0, 1) */
  constructor(random: () => number, max = MAX_SEQUENCES) {
    this.#random = random;
    this.#max = max;
  }

  /** What a strategy draws from for the targets called `key`. */
  of(key: string): Draw {
    return { random: this.#random, next: () => this.#step(key) };
  }

  #step(key: string): number {
    let number = this.#next.get(key);
    if (number === undefined) {
      number = Math.floor(this.#random() * STARTS);
      // A Map iterates in the order of insertion: the first key is the oldest.
      const [oldest] = this.#next.keys();
      if (this.#next.size >= this.#max && oldest !== undefined) this.#next.delete(oldest);
    }
    this.#next.set(key, number + 1);
    return number;
  }
}
