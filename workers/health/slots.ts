/** `slow`: for origins whose last check did not end within a second. */
export type Lane = 'quick' | 'slow';

/**
 * Runs a bounded number of tasks at a time. The others wait in the order they came, by lane. Slow tasks take at most half of the
 * slots (one at least), so they never take all slots from quick ones. While quick tasks wait, slow ones still get one slot.
 */
export class Slots {
  #free: number;
  #slow_free: number;
  readonly #most_slow: number;
  readonly #waiting: Record<Lane, (() => void)[]> = { quick: [], slow: [] };

  /** @param slots tasks at a time, 1 or more */
  constructor(slots: number) {
    this.#free = slots;
    this.#most_slow = Math.max(1, Math.floor(slots / 2));
    this.#slow_free = this.#most_slow;
  }

  /** Runs `task` when there is room, and hands on its outcome. */
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
