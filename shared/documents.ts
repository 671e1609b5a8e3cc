import { elapsed } from './clock.ts';

/**
 * A document that is kept in isolate memory and refreshed in the background: the configuration, or health.
 *
 * Once it holds a copy, reading never waits. Reading, clock and parsing are parameters, so that this stays free
 * of I/O and the gateway, the selector and the console share it.
 */
export interface DocumentSource<T> {
  /** Reads the newest copy. Undefined: there is none. May throw; the copy in hand then stays. */
  read(): Promise<T | undefined>;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Age at which a copy is refreshed in the background. */
  refresh_ms: number;
}

export class KeptDocument<T> {
  #copy: T | undefined;
  #checked_at = Number.NEGATIVE_INFINITY;
  /** Error of the last refresh, for status pages; undefined if it went well. */
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

  /**
   * Starts a refresh if one is due. Of many concurrent requests one does: the time of the attempt counts, not
   * its end, for a request that is cancelled while it reads would otherwise block refreshing for good.
   * @param age_ms age at which it is due, where there is reason to look sooner
   * @returns its end, for `ctx.waitUntil`; undefined if none was due. It never rejects.
   */
  refresh(age_ms = this.#source.refresh_ms): Promise<void> | undefined {
    return elapsed(this.#checked_at, this.#source.now()) >= age_ms ? this.load() : undefined;
  }

  /** Reads now. Never rejects: a failed read keeps the copy in hand. */
  async load(): Promise<void> {
    this.#checked_at = this.#source.now();
    try {
      this.#copy = (await this.#source.read()) ?? this.#copy;
      this.last_error = undefined;
    } catch (error) {
      this.last_error = error instanceof Error ? error.message : String(error);
    }
  }
}
