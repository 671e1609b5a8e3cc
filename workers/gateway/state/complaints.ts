import { retain } from '../../../shared/maps.ts';
import { elapsed } from '../../../shared/time/clock.ts';

/** A trouble that lasts is logged again after this time. */
const AGAIN_MS = 60_000;
/** Reasons remembered. Beyond this many, a new reason is not logged until an old one has expired, so the log stays short. */
const MAX_REASONS = 200;

/** Logs troubles that do not fail a request. Each isolate logs each reason once a minute. */
export class Complaints {
  readonly #now: () => number;
  readonly #told = new Map<string, { at: number; kept_back: number }>();

  /** @param now milliseconds since the epoch */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** @param reason the whole line: what is wrong and what follows */
  tell(reason: string): void {
    if (this.#mayTell(reason) !== undefined) console.warn(reason);
  }

  /**
   * Logs a trouble as one line of JSON. `kept_back` is the number of troubles with the same reason that were not logged since the last
   * line.
   * @param reason identifies troubles of the same kind
   */
  tellFields(reason: string, fields: Readonly<Record<string, unknown>>): void {
    const kept_back = this.#mayTell(reason);
    if (kept_back !== undefined) console.warn(JSON.stringify({ ...fields, kept_back }));
  }

  /** Returns how many with the same reason were kept back. Undefined: this one is kept back too. */
  #mayTell(reason: string): number | undefined {
    const now = this.#now();
    const told = this.#told.get(reason);
    if (told !== undefined && elapsed(told.at, now) < AGAIN_MS) {
      told.kept_back++;
      return undefined;
    }
    if (told === undefined && this.#told.size >= MAX_REASONS) {
      retain(this.#told, (_, { at }) => elapsed(at, now) < AGAIN_MS);
      if (this.#told.size >= MAX_REASONS) return undefined;
    }
    this.#told.set(reason, { at: now, kept_back: 0 });
    return told?.kept_back ?? 0;
  }
}

/** The message of an error, for a log. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
