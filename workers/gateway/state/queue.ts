/** A request's place in a {@link Queue}. */
export interface Waiting {
  /** Whether the request could begin. False: its time is over, or it gave up its place. */
  taken: Promise<boolean>;
  /** Gives the place up. */
  leave: () => void;
}

interface Place {
  take: () => boolean;
  end: (taken: boolean) => void;
}

/** Requests that wait until an origin of their pool has room, first come, first served. Each isolate has its own. */
export class Queue {
  readonly #waiting: Place[] = [];

  get length(): number {
    return this.#waiting.length;
  }

  /**
   * Waits in line.
   * @param ms the longest wait
   * @param take takes the free place synchronously, so that no other request takes it first. False: this request cannot use it
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

  /** Gives room that has become free to the first request in line that can use it. */
  wake(): void {
    for (const place of this.#waiting) {
      if (!place.take()) continue;
      place.end(true);
      return;
    }
  }
}
