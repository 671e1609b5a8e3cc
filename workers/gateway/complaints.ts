import { elapsed } from '../../shared/clock.ts';

/** A trouble that lasts is told this often. */
const AGAIN_MS = 60_000;
/** Reasons remembered. Beyond it new ones are not logged until an old one may be told again: a log is no flood. */
const MAX_REASONS = 200;

/** Troubles that requests survive, written to the log once a minute and reason, in each isolate. */
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

/** What an error says, for a log. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
