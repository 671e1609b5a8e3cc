import { elapsed } from '../time/clock.ts';

/** Reads a document for {@link KeptDocument}. Reading, clock and parsing are parameters, so this file does no I/O. */
export interface DocumentSource<T> {
  /**
   * Reads the newest copy.
   * @param held returns the current copy. Call it after waiting, because another read may have brought a newer one
   * @returns the copy to keep from now on; undefined: keep the current one
   * @throws any error; the current copy then stays
   */
  read(held: () => T | undefined): Promise<T | undefined>;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Age at which a copy is refreshed in the background. */
  refresh_ms: number;
}

/** A document in isolate memory, refreshed in the background: the configuration, health, or a script. */
export class KeptDocument<T> {
  #copy: T | undefined;
  #tried_at = -Infinity;
  /** Error of the last read, for status pages. Undefined: it succeeded. */
  last_error: string | undefined;
  readonly #source: DocumentSource<T>;

  constructor(source: DocumentSource<T>) {
    this.#source = source;
  }

  /** The current copy. Never waits. */
  get current(): T | undefined {
    return this.#copy;
  }

  /** Sets a copy from elsewhere (a cache, the bundle) if there is none yet. */
  offer(copy: T): void {
    this.#copy ??= copy;
  }

  /** Whether the last read began at least `age_ms` milliseconds ago, or the clock was set back since. */
  isDue(age_ms = this.#source.refresh_ms): boolean {
    return elapsed(this.#tried_at, this.#source.now()) >= age_ms;
  }

  /**
   * Starts a read if one is due, once among concurrent requests. It is due by the start of the last read, not its end, because
   * a request that is cancelled while it reads would otherwise stop refreshing for good.
   * @param age_ms age at which it is due, for callers with a reason to read sooner
   * @returns a promise for `ctx.waitUntil` that never rejects; undefined: none was due
   */
  refresh(age_ms = this.#source.refresh_ms): Promise<void> | undefined {
    return this.isDue(age_ms) ? this.load() : undefined;
  }

  /** Reads now. Never rejects: after a failed read the current copy stays. */
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
