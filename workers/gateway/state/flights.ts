import { pending } from '../../../shared/time/clock.ts';

/**
 * How long a question counts as under way. After that it is asked again. The promise of another request may never settle, because
 * the runtime drops the work of a cancelled request. This is twenty times the selector's deadline, so a slow selector is not asked
 * twice.
 */
export const LOST_MS = 1_000;

/** A question to the selector that is under way. */
export interface Flight {
  started_at: number;
  /** Requests that wait for its answer. Each needs a ranking at once. */
  waiting: number;
  /** Whether there is an answer. It never rejects. It may never settle. */
  done: Promise<boolean>;
}

/** The questions under way, one for each key. */
export class Flights {
  readonly #flights = new Map<number, Flight>();

  /** The question of a key that is under way. Undefined: there is none, or it is lost. */
  of(key: number, now: number): Flight | undefined {
    const flight = this.#flights.get(key);
    return flight !== undefined && isUnderWay(flight, now) ? flight : undefined;
  }

  begin(key: number, flight: Flight, now: number): void {
    // The map is in the order of starts, so lost questions come first. They are removed only here.
    for (const [old, earlier] of this.#flights) {
      if (isUnderWay(earlier, now)) break;
      this.#flights.delete(old);
    }
    this.#flights.delete(key);
    this.#flights.set(key, flight);
  }

  end(key: number, flight: Flight): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
  }

  clear(): void {
    this.#flights.clear();
  }
}

function isUnderWay({ started_at }: Flight, now: number): boolean {
  return pending(started_at + LOST_MS, now, LOST_MS);
}
