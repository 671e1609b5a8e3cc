import { retain } from '../../../shared/maps.ts';
import { elapsed } from '../../../shared/time/clock.ts';

/** How often a lasting trouble is logged again. */
const AGAIN_MS = 60_000;
/** Reasons remembered. Beyond this many, a new reason is not logged until an old one has expired, so the log stays short. */
const MAX_REASONS = 200;

/** Logs troubles that requests survive: each reason once a minute, in each isolate. */
export class Complaints {
  readonly #now: () => number;
  readonly #told = new Map<string, { at: number; kept_back: number }>();

  /** @param now milliseconds since the epoch */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** @param reason the whole line: who, what is wrong, what follows */
  tell(reason: string): void {
    if (this.#mayTell(reason) !== undefined) console.warn(reason);
  }

  /**
   * Tells a trouble as one line of JSON. `kept_back` says how many of the same reason there were since the line before.
   * @param reason what counts as the same
   */
  tellFields(reason: string, fields: Readonly<Record<string, unknown>>): void {
    const kept_back = this.#mayTell(reason);
    if (kept_back !== undefined) console.warn(JSON.stringify({ ...fields, kept_back }));
  }

  /** @returns how many of the same were kept back; undefined: this one is kept back */
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
