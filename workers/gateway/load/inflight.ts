import type { OriginId } from '../../../shared/contracts/ids.ts';

/**
 * Requests in flight by origin, counted from the start of an attempt to the end of the response body. One
 * isolate's own view: other isolates have theirs.
 */
export class Inflight {
  readonly #counts = new Map<OriginId, number>();

  of(origin: OriginId): number {
    return this.#counts.get(origin) ?? 0;
  }

  /**
   * Counts one in.
   * @returns counts it out again; calls after the first have no effect, so every way a request can end may call it
   */
  begin(origin: OriginId): () => void {
    this.#counts.set(origin, this.of(origin) + 1);
    let open = true;
    return () => {
      if (!open) return;
      open = false;
      const rest = this.of(origin) - 1;
      if (rest > 0) this.#counts.set(origin, rest);
      else this.#counts.delete(origin);
    };
  }
}
