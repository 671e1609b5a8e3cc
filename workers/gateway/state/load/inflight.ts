import { getOrMake, retain } from '../../../../shared/maps.ts';
import type { OriginId } from '../../../../shared/model/ids.ts';

/**
 * Requests in flight by origin, counted from the start of an attempt to the end of the response body. Each isolate counts its own.
 */
export class Inflight {
  readonly #counts = new Map<OriginId, { open: number }>();

  of(origin: OriginId): number {
    return this.#counts.get(origin)?.open ?? 0;
  }

  /**
   * Counts a request in.
   * @param after is called once the request is counted out
   * @returns counts it out. Calls after the first have no effect, so every way a request can end may call it
   */
  begin(origin: OriginId, after?: () => void): () => void {
    const counted = getOrMake(this.#counts, origin, newCount);
    counted.open++;
    let open = true;
    return () => {
      if (!open) return;
      open = false;
      counted.open--;
      if (counted.open === 0 && this.#counts.get(origin) === counted) this.#counts.delete(origin);
      after?.();
    };
  }

  /**
   * Forgets the origins for which `holds` is false, because their ids now name other servers. Requests still in flight at the old
   * servers do not count.
   */
  keep(holds: (origin: OriginId) => boolean): void {
    retain(this.#counts, holds);
  }
}

const newCount = () => ({ open: 0 });
