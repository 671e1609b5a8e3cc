/** A request's place in a {@link Queue}. */
export interface Waiting {
  /** Whether it is its turn to look; false: its time is over. */
  turn: Promise<boolean>;
  /** Gives the place up. */
  leave: () => void;
}

/** Requests that wait until an origin of their pool has room, first come first served. One isolate's own. */
export class Queue {
  readonly #waiting: Array<() => void> = [];

  get length(): number {
    return this.#waiting.length;
  }

  /**
   * Waits in line. What has become free is not kept for who is woken: it looks, and waits again at the front if another
   * request was faster.
   * @param again the front, not the end
   */
  wait(ms: number, again: boolean): Waiting {
    let settle = (_turn: boolean) => {};
    const turn = new Promise<boolean>((resolve) => {
      settle = resolve;
    });
    const wake = () => end(true);
    const end = (woken: boolean) => {
      clearTimeout(timer);
      const index = this.#waiting.indexOf(wake);
      if (index !== -1) this.#waiting.splice(index, 1);
      settle(woken);
    };
    const timer = setTimeout(() => end(false), ms);
    if (again) this.#waiting.unshift(wake);
    else this.#waiting.push(wake);
    return { turn, leave: () => end(false) };
  }

  /** There is room: the first in line looks. */
  wake(): void {
    this.#waiting[0]?.();
  }
}
