import { type HealthDocument, STALE_AFTER_HEARTBEATS } from '../contracts/health.ts';
import { KeptDocument } from './kept_document.ts';
import { KV_CACHE_S } from './published.ts';
import { Succession } from './succession.ts';

/**
 * The health document in isolate memory, and whether its source is silent.
 *
 * The age of a copy is not the age of its source. An isolate that got no request for an hour holds an old copy of a document
 * that is published every 30 s. So the source is judged by what reads have shown, never by time that passed without a read.
 *
 * - A read that brings a newer document shows its age at that moment. Where this clock differs from the publisher's, the
 *   document may look too old. But the read before did not find it, so it is not much older than that read.
 * - A read that brings nothing newer shows that the source was silent since the read before.
 * - A read that fails shows nothing. When reads have failed for three heartbeats the source counts as silent.
 *
 * Only the age of a first document depends on another clock than this reader's own.
 */
export class KeptHealth {
  readonly #kept: KeptDocument<HealthDocument>;
  readonly #now: () => number;
  readonly #succession = new Succession();
  /** How old the document in hand was at the last successful read, as far as is known. */
  #age_ms = 0;
  /** Start of the last successful read; undefined: there was none. */
  #told_at: number | undefined;
  /** Start of the first read after it; undefined: there was none. */
  #asking_since: number | undefined;
  #silent = false;

  /**
   * @param read returns the published document; undefined: there is none. It may throw
   * @param now milliseconds since the epoch
   * @param refresh_ms age at which a copy is refreshed in the background
   */
  constructor(read: () => Promise<HealthDocument | undefined>, now: () => number, refresh_ms: number) {
    this.#now = now;
    this.#kept = new KeptDocument({ read: (held) => this.#read(read, held), now, refresh_ms });
  }

  /**
   * What is known of the origins. Undefined: nothing was published yet, or the source has been silent for
   * {@link STALE_AFTER_HEARTBEATS} heartbeats. Every origin's state is unknown then.
   */
  get current(): HealthDocument | undefined {
    return this.#silent ? undefined : this.#kept.current;
  }

  /** Hands in a copy when there is none yet. */
  offer(copy: HealthDocument): void {
    this.#kept.offer(copy);
  }

  /** See {@link KeptDocument.refresh}. */
  refresh(age_ms?: number): Promise<void> | undefined {
    return this.#kept.refresh(age_ms);
  }

  /** Reads now. Never rejects. */
  load(): Promise<void> {
    return this.#kept.load();
  }

  async #read(
    read: () => Promise<HealthDocument | undefined>,
    held: () => HealthDocument | undefined,
  ): Promise<HealthDocument | undefined> {
    const began_at = this.#now();
    // After the clock was set back, nobody knows how long reads have failed: count anew.
    if (this.#asking_since === undefined || began_at < this.#asking_since) this.#asking_since = began_at;
    this.#judge(held(), began_at - this.#asking_since);
    const found = await read();
    const before = held();
    const taken = found !== undefined && this.#succession.takes(found, before, began_at) ? found : before;
    if (taken === undefined) return undefined;
    this.#age_ms = this.#ageOf(taken, before, began_at);
    this.#told_at = began_at;
    this.#asking_since = undefined;
    this.#judge(taken, 0);
    return taken;
  }

  /** How old a document is at a read that began at `began_at`. */
  #ageOf(taken: HealthDocument, before: HealthDocument | undefined, began_at: number): number {
    // Negative after the clock was set back, and where another read began later and ended earlier.
    const since_read_ms = this.#told_at === undefined ? -1 : began_at - this.#told_at;
    const newer = taken.version !== before?.version || taken.published_at !== before.published_at;
    if (!newer) return this.#age_ms + Math.max(0, since_read_ms);
    const by_its_stamp_ms = Math.max(0, began_at - taken.published_at);
    // KV's cache may have hidden it from the read before.
    return since_read_ms < 0
      ? by_its_stamp_ms
      : Math.min(by_its_stamp_ms, since_read_ms + KV_CACHE_S * 1_000);
  }

  #judge(document: HealthDocument | undefined, failing_ms: number): void {
    if (document === undefined) return;
    this.#silent = this.#age_ms + failing_ms > STALE_AFTER_HEARTBEATS * document.heartbeat_ms;
  }
}
