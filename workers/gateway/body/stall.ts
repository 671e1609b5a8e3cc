/** How often the timer checks per limit. A stall is found at most one eighth of the limit late. */
const PARTS = 8;

/**
 * Detects that something stands still. It uses one timer at a time, however often there is progress. It reads no clock, so
 * setting the clock cannot mislead it.
 */
export class StallTimer {
  #moved = false;
  #quiet_parts = 0;
  #timer: number;

  /** @param limit_ms how long something may stand still. `onStall` is then called once, up to an eighth later */
  constructor(limit_ms: number, onStall: () => void) {
    const look = () => {
      this.#quiet_parts = this.#moved ? 0 : this.#quiet_parts + 1;
      this.#moved = false;
      if (this.#quiet_parts === PARTS) onStall();
      else this.#timer = setTimeout(look, limit_ms / PARTS);
    };
    this.#timer = setTimeout(look, limit_ms / PARTS);
  }

  /** Notes progress. */
  moved(): void {
    this.#moved = true;
  }

  /** Clears the timer. The owner must call it at the end. */
  stop(): void {
    clearTimeout(this.#timer);
  }
}
