/**
 * The most probes of a region at a time. A Worker may wait for response headers on six connections; a seventh is queued silently.
 * https://developers.cloudflare.com/workers/platform/limits/#simultaneous-open-connections
 */
export const REGION_PROBES = 6;
/** The most probes of the coordinator at a time. The sixth connection is reserved for webhooks. */
export const COORDINATOR_PROBES = 5;

/** `slow` is for origins whose last check took a second or longer. */
export type Lane = 'quick' | 'slow';

/**
 * Runs a bounded number of tasks at a time. Each lane is a queue: first in, first out. Slow tasks use at most half of the
 * slots (at least one), so they never starve quick tasks. While quick tasks wait, slow tasks still get one slot.
 */
export class Slots {
  #free: number;
  #slow_free: number;
  readonly #most_slow: number;
  readonly #waiting: Record<Lane, (() => void)[]> = { quick: [], slow: [] };

  /** @param slots number of tasks that run at a time, at least 1 */
  constructor(slots: number) {
    this.#free = slots;
    this.#most_slow = Math.max(1, Math.floor(slots / 2));
    this.#slow_free = this.#most_slow;
  }

  /** Runs `task` once a slot is free. @returns what `task` returns; rejects if `task` does */
  async run<T>(task: () => Promise<T>, lane: Lane = 'quick'): Promise<T> {
    await new Promise<void>((go) => {
      this.#waiting[lane].push(go);
      this.#fill();
    });
    try {
      return await task();
    } finally {
      this.#free++;
      if (lane === 'slow') this.#slow_free++;
      this.#fill();
    }
  }

  #fill(): void {
    const { quick, slow } = this.#waiting;
    while (this.#free > 0) {
      const no_slow_runs = this.#slow_free === this.#most_slow;
      const slow_first = slow.length > 0 && (no_slow_runs || (quick.length === 0 && this.#slow_free > 0));
      const go = (slow_first ? slow : quick).shift();
      if (go === undefined) return;
      this.#free--;
      if (slow_first) this.#slow_free--;
      go();
    }
  }
}
