import { elapsed } from '../../shared/clock.ts';

/** How often a lasting trouble is logged again. */
const AGAIN_MS = 60_000;
/** Reasons remembered. Beyond this many, a new reason is not logged until an old one has expired, so the log stays short. */
const MAX_REASONS = 200;

/** Logs troubles that requests survive: each reason once a minute, in each isolate. */
export class Complaints {
  readonly #now: () => number;
  readonly #told = new Map<string, number>();

  /** @param now milliseconds since the epoch */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** @param reason the whole line: who, what is wrong, what follows */
  tell(reason: string): void {
    const now = this.#now();
    const told_at = this.#told.get(reason);
    if (told_at !== undefined && elapsed(told_at, now) < AGAIN_MS) return;
    if (told_at === undefined && this.#told.size >= MAX_REASONS) {
      for (const [old, at] of this.#told) if (elapsed(at, now) >= AGAIN_MS) this.#told.delete(old);
      if (this.#told.size >= MAX_REASONS) return;
    }
    this.#told.set(reason, now);
    console.warn(reason);
  }
}

/** The message of an error, for a log. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
