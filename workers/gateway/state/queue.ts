/** A request's place in a {@link Queue}. */
export interface Waiting {
  /** Whether it got what it waited for; false: its time is over, or it gave up its place. */
  taken: Promise<boolean>;
  /** Gives the place up. */
  leave: () => void;
}

interface Place {
  take: () => boolean;
  end: (taken: boolean) => void;
}

/** Requests that wait until an origin of their pool has room, first come first served. One isolate's own. */
export class Queue {
  readonly #waiting: Place[] = [];

  get length(): number {
    return this.#waiting.length;
  }

  /**
   * Waits in line.
   * @param ms how long at most
   * @param take takes the free place at once, so that no other request comes in between. False: this request cannot use it
   */
  wait(ms: number, take: () => boolean): Waiting {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const end = (taken: boolean) => {
      clearTimeout(timer);
      const index = this.#waiting.indexOf(place);
      if (index !== -1) this.#waiting.splice(index, 1);
      resolve(taken);
    };
    const place: Place = { take, end };
    const timer = setTimeout(() => end(false), ms);
    this.#waiting.push(place);
    return { taken: promise, leave: () => end(false) };
  }

  /** There is room: the first in line that can use it takes it. */
  wake(): void {
    for (const place of this.#waiting) {
      if (!place.take()) continue;
      place.end(true);
      return;
    }
  }
}
