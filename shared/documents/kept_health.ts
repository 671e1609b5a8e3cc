import { type HealthDocument, STALE_AFTER_HEARTBEATS } from '../contracts/health.ts';
import { KeptDocument } from './kept_document.ts';
import { KV_CACHE_S } from './published.ts';
import { Succession } from './succession.ts';

/**
 * The health document in isolate memory, and whether its source has gone silent.
 *
 * An old copy does not mean a silent source: an isolate without requests for an hour holds an old copy of a document that is
 * published every 30 s. So reads show whether the source is silent. Time without a read shows nothing.
 *
 * - A read that brings a newer document shows the document's age. If the publisher's clock differs, it may look too old. But
 *   the previous read did not find it, so it is not much older than that read.
 * - A read that brings nothing newer shows that the source was silent since the previous read.
 * - A failed read shows nothing. If reads have failed for three heartbeats, the source counts as silent.
 *
 * Only the age of the first document depends on the publisher's clock.
 */
export class KeptHealth {
  readonly #kept: KeptDocument<HealthDocument>;
  readonly #now: () => number;
  readonly #succession = new Succession();
  /** Best known age of the current document at the last successful read. */
  #age_ms = 0;
  /** Start of the last successful read. Undefined: there was none. */
  #told_at: number | undefined;
  /** Start of the first read after it. Undefined: there was none. */
  #asking_since: number | undefined;
  #silent = false;

  /**
   * @param read returns the published document, or undefined if there is none; it may throw
   * @param now milliseconds since the epoch
   * @param refresh_ms age at which a copy is refreshed in the background
   */
  constructor(read: () => Promise<HealthDocument | undefined>, now: () => number, refresh_ms: number) {
    this.#now = now;
    this.#kept = new KeptDocument({ read: (held) => this.#read(read, held), now, refresh_ms });
  }

  /**
   * The health of the origins. Undefined, which makes every state unknown: nothing was published yet, or the source has been
   * silent for {@link STALE_AFTER_HEARTBEATS} heartbeats.
   */
  get current(): HealthDocument | undefined {
    return this.#silent ? undefined : this.#kept.current;
  }

  /** Sets a copy if there is none yet. */
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
    // If the clock was set back, the time of failing reads is not known. Count again from now.
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
    // Negative if the clock was set back, or if another read began later and ended earlier.
    const since_read_ms = this.#told_at === undefined ? -1 : began_at - this.#told_at;
    const newer = taken.version !== before?.version || taken.published_at !== before.published_at;
    if (!newer) return this.#age_ms + Math.max(0, since_read_ms);
    const by_its_stamp_ms = Math.max(0, began_at - taken.published_at);
    // KV's cache may have hidden it from the previous read.
    return since_read_ms < 0
      ? by_its_stamp_ms
      : Math.min(by_its_stamp_ms, since_read_ms + KV_CACHE_S * 1_000);
  }

  #judge(document: HealthDocument | undefined, failing_ms: number): void {
    if (document === undefined) return;
    this.#silent = this.#age_ms + failing_ms > STALE_AFTER_HEARTBEATS * document.heartbeat_ms;
  }
}
