import type { OriginId } from '../../../../shared/model/ids.ts';

/**
 * Requests in flight by origin, counted from the start of an attempt to the end of the response body. One
 * isolate's own view: other isolates have theirs.
 */
export class Inflight {
  readonly #counts = new Map<OriginId, { open: number }>();

  of(origin: OriginId): number {
    return this.#counts.get(origin)?.open ?? 0;
  }

  /**
   * Counts one in.
   * @returns counts it out again; calls after the first have no effect, so every way a request can end may call it
   */
  begin(origin: OriginId): () => void {
    let count = this.#counts.get(origin);
    if (count === undefined) {
      count = { open: 0 };
      this.#counts.set(origin, count);
    }
    const counted = count;
    counted.open++;
    let open = true;
    return () => {
      if (!open) return;
      open = false;
      counted.open--;
      if (counted.open === 0 && this.#counts.get(origin) === counted) this.#counts.delete(origin);
    };
  }

  /** Forgets an origin whose id now means another server. What is still in flight there does not count for the new one. */
  forget(origin: OriginId): void {
    this.#counts.delete(origin);
  }

  /** The origins with requests in flight. */
  ids(): Iterable<OriginId> {
    return this.#counts.keys();
  }
}
