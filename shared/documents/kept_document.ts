import { elapsed } from '../time/clock.ts';

/**
 * A document that is kept in isolate memory and refreshed in the background: the configuration, health, or a script.
 *
 * Reading the copy never waits. Reading, clock and parsing are parameters, so this file does no I/O.
 */
export interface DocumentSource<T> {
  /**
   * Looks for the newest copy.
   * @param held returns the copy in hand. Call it after waiting, because another read may have brought a newer one meanwhile
   * @returns what to keep from now on; undefined: there is none, and the copy in hand stays
   * @throws whatever went wrong; the copy in hand then stays
   */
  read(held: () => T | undefined): Promise<T | undefined>;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Age at which a copy is refreshed in the background. */
  refresh_ms: number;
}

export class KeptDocument<T> {
  #copy: T | undefined;
  #tried_at = Number.NEGATIVE_INFINITY;
  /** Error of the last read, for status pages; undefined if it went well. */
  last_error: string | undefined;
  readonly #source: DocumentSource<T>;

  constructor(source: DocumentSource<T>) {
    this.#source = source;
  }

  /** The copy in hand, never waiting. */
  get current(): T | undefined {
    return this.#copy;
  }

  /** Hands in a copy from elsewhere (a cache, the bundle) when there is none yet. */
  offer(copy: T): void {
    this.#copy ??= copy;
  }

  /** Whether the last read began at least `age_ms` milliseconds ago, or the clock was set back since. */
  isDue(age_ms = this.#source.refresh_ms): boolean {
    return elapsed(this.#tried_at, this.#source.now()) >= age_ms;
  }

  /**
   * Starts a read if one is due. Of many concurrent requests one does. The start of a read counts and not its end,
   * because a request that is cancelled while it reads would otherwise block refreshing for good.
   * @param age_ms age at which it is due, where there is reason to look sooner
   * @returns its end, for `ctx.waitUntil`; undefined if none was due. It never rejects.
   */
  refresh(age_ms = this.#source.refresh_ms): Promise<void> | undefined {
    return this.isDue(age_ms) ? this.load() : undefined;
  }

  /** Reads now. Never rejects: a failed read keeps the copy in hand. */
  async load(): Promise<void> {
    this.#tried_at = this.#source.now();
    try {
      const found = await this.#source.read(() => this.#copy);
      this.#copy = found ?? this.#copy;
      this.last_error = undefined;
    } catch (error) {
      this.last_error = error instanceof Error ? error.message : String(error);
    }
  }
}
