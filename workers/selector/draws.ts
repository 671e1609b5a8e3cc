import { EvenDraw } from '../../shared/balancing/even_draw.ts';
import type { Draw } from '../../shared/strategies/strategy.ts';
import { Rate } from './rate.ts';

/** Gives strategies what they draw from: {@link Draws}, or prepared rankings of scripts. */
export interface Sequences {
  /** @param key names a list of targets, which has a sequence of its own */
  of(key: string): Draw;
}

/** Sequences kept, far more than balancers have pools. A sequence that was dropped starts again at another random number. */
const MAX_SEQUENCES = 10_000;

/** Starts lie below this. It is even over any number of targets, and a sequence never leaves the integers that are exact. */
const STARTS = 2 ** 31;

/** What one list of targets is drawn from. Its parts are made when they are first used. */
interface Sequence {
  next: number | undefined;
  even: EvenDraw;
  rate: Rate | undefined;
}

/**
 * The sequences of this isolate, by what they belong to (a balancer, or one of its pools). Each starts at a random number,
 * because every new isolate would otherwise send its first request to the same origin. The number is drawn with the first
 * request, because the platform refuses randomness in global scope.
 */
export class Draws implements Sequences {
  readonly #random: () => number;
  readonly #max: number;
  readonly #now: () => number;
  readonly #sequences = new Map<string, Sequence>();

  /**
   * @param random uniform in [0, 1)
   * @param now milliseconds since the epoch, for rates
   */
  constructor(random: () => number, max = MAX_SEQUENCES, now: () => number = Date.now) {
    this.#random = random;
    this.#now = now;
    this.#max = max;
  }

  /** Others that go on from here, for an explanation, which must take no turn from traffic. */
  copy(random: () => number): Draws {
    const copy = new Draws(random, this.#max, this.#now);
    for (const [key, { next, even, rate }] of this.#sequences)
      copy.#sequences.set(key, { next, even: even.copy(random), rate: rate?.copy() });
    return copy;
  }

  of(key: string): Draw {
    const sequence = this.#sequence(key);
    return {
      random: this.#random,
      even: () => sequence.even.next(),
      next: () => {
        const number = sequence.next ?? Math.floor(this.#random() * STARTS);
        sequence.next = number + 1;
        return number;
      },
      rate: () => {
        const now = this.#now();
        sequence.rate ??= new Rate(now);
        return sequence.rate.count(now);
      },
    };
  }

  #sequence(key: string): Sequence {
    let sequence = this.#sequences.get(key);
    if (sequence === undefined) {
      // A Map iterates in the order of insertion, so the first key is the oldest.
      const [oldest] = this.#sequences.keys();
      if (this.#sequences.size >= this.#max && oldest !== undefined) this.#sequences.delete(oldest);
      sequence = { next: undefined, even: new EvenDraw(this.#random), rate: undefined };
      this.#sequences.set(key, sequence);
    }
    return sequence;
  }
}
