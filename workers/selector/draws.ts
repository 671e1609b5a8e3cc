import { EvenDraw } from '../../shared/balancing/even_draw.ts';
import type { Draw } from '../../shared/strategies/strategy.ts';
import { Rate } from './rate.ts';

/** Gives strategies what they draw from: {@link Draws}, or prepared rankings of scripts. */
export interface Sequences {
  /** @param key names a list of targets, which has a sequence of its own */
  of(key: string): Draw;
}

/** Sequences kept, far more than balancers have pools. One that is dropped goes on from another random number. */
const MAX_SEQUENCES = 10_000;

/**
 * Starts lie below this: large enough to be even over any number of targets, small enough that a sequence never
 * leaves the integers that a number holds exactly.
 */
const STARTS = 2 ** 31;

/**
 * The sequences of this isolate, by what they belong to (a balancer, or one of its pools). Each starts at a random number,
 * because every new isolate would otherwise send its first request to the same origin. The number is drawn with the first
 * request, because the platform refuses randomness in global scope.
 */
export class Draws implements Sequences {
  readonly #random: () => number;
  readonly #max: number;
  readonly #next = new Map<string, number>();
  readonly #now: () => number;
  readonly #rates = new Map<string, Rate>();
  readonly #even = new Map<string, EvenDraw>();

  /**
   * @param random uniform in [0, 1)
   * @param now milliseconds since the epoch, for rates
   */
  constructor(random: () => number, max = MAX_SEQUENCES, now: () => number = Date.now) {
    this.#random = random;
    this.#now = now;
    this.#max = max;
  }

  /** What a strategy draws from for the targets called `key`. */
  of(key: string): Draw {
    return {
      random: this.#random,
      even: () => this.#evenly(key),
      next: () => this.#step(key),
      rate: () => this.#rate(key),
    };
  }

  #evenly(key: string): number {
    let draw = this.#even.get(key);
    if (draw === undefined) {
      draw = new EvenDraw(this.#random);
      if (this.#even.size >= this.#max) this.#even.clear();
      this.#even.set(key, draw);
    }
    return draw.next();
  }

  #rate(key: string): number {
    const now = this.#now();
    let rate = this.#rates.get(key);
    if (rate === undefined) {
      rate = new Rate(now);
      if (this.#rates.size >= this.#max) this.#rates.clear();
      this.#rates.set(key, rate);
    }
    return rate.count(now);
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
