import { type HealthDocument, STALE_AFTER_HEARTBEATS } from '../contracts/health.ts';
import { KV_CACHE_S } from './published.ts';
import { LIFETIME_S } from './reader.ts';
import { Succession } from './succession.ts';

/** How long caches may hide a new document from a look: first KV's own, then the data centre's, whose entry was read from KV. */
const HIDDEN_MS = (KV_CACHE_S + LIFETIME_S.kv) * 1_000;

/**
 * The health document in isolate memory, and whether its source has gone silent.
 *
 * An old copy does not mean a silent source: an isolate without requests for an hour holds an old copy of a document that is
 * confirmed every few minutes. So looks show whether the source is silent. Time without a look shows nothing.
 *
 * - A look that brings a newer document shows the document's age. The coordinator tells the age by its own clock. A document from KV
 *   has only the publisher's stamp, which may look too old if the clocks differ. But the previous look did not find it, so it is not
 *   much older than that look.
 * - A look that brings nothing newer shows that the source was silent since the previous look.
 * - A failed look shows nothing. If looks have failed for three heartbeats, the source counts as silent.
 *
 * Only the age of the first document out of KV depends on the publisher's clock.
 */
export class KeptHealth {
  readonly #now: () => number;
  readonly #succession = new Succession();
  #document: HealthDocument | undefined;
  /** When the content of the current document was last confirmed, by its publisher's clock. */
  #published_at = 0;
  /** Best known age of the current document at the last successful look. */
  #age_ms = 0;
  /** Start of the last successful look. Undefined: there was none. */
  #told_at: number | undefined;
  /** Start of the first look after it. Undefined: there was none. */
  #asking_since: number | undefined;
  #silent = false;

  /** @param now milliseconds since the epoch */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * The health of the origins. Undefined, which makes every state unknown: nothing was published yet, or the source has been
   * silent for {@link STALE_AFTER_HEARTBEATS} heartbeats. Documents of the same version are the same object.
   */
  get current(): HealthDocument | undefined {
    return this.#silent ? undefined : this.#document;
  }

  /** Sets a document if there is none yet. */
  offer(document: HealthDocument): void {
    this.#document ??= document;
  }

  /** Notes that a look begins. @returns its start, for {@link take} */
  begin(): number {
    const now = this.#now();
    // If the clock was set back, the time of failing looks is not known. Count again from now.
    if (this.#asking_since === undefined || now < this.#asking_since) this.#asking_since = now;
    this.#judge(now - this.#asking_since);
    return now;
  }

  /**
   * Takes the result of a successful look.
   * @param found undefined: nothing is published
   * @param began_at of the look
   * @param age_ms age of `found` by the clock of its source. Undefined: only its stamp tells
   */
  take(found: HealthDocument | undefined, began_at: number, age_ms?: number): void {
    const before = this.#document;
    const taken = found !== undefined && this.#succession.takes(found, this.#held(), began_at);
    if (!taken && before === undefined) return;
    // Negative if the clock was set back, or if another look began later and ended earlier.
    const since_look_ms = this.#told_at === undefined ? -1 : began_at - this.#told_at;
    const newer = taken && (before === undefined || this.#isNews(found));
    if (taken && age_ms !== undefined) this.#age_ms = age_ms;
    else if (newer) this.#age_ms = ageByStamp(found, began_at, since_look_ms);
    else this.#age_ms += Math.max(0, since_look_ms);
    if (taken) {
      // What was made from a document stays as long as the document says the same.
      if (found.version !== before?.version) this.#document = found;
      this.#published_at = found.published_at;
    }
    this.#told_at = began_at;
    this.#asking_since = undefined;
    this.#judge(0);
  }

  #held() {
    return this.#document && { version: this.#document.version, published_at: this.#published_at };
  }

  #isNews({ version, published_at }: HealthDocument): boolean {
    return version !== this.#document?.version || published_at !== this.#published_at;
  }

  #judge(failing_ms: number): void {
    if (this.#document === undefined) return;
    this.#silent = this.#age_ms + failing_ms > STALE_AFTER_HEARTBEATS * this.#document.heartbeat_ms;
  }
}

/** @param since_look_ms time since the previous look, which did not find the document. Negative: not known */
function ageByStamp({ published_at }: HealthDocument, began_at: number, since_look_ms: number): number {
  const by_its_stamp_ms = Math.max(0, began_at - published_at);
  return since_look_ms < 0 ? by_its_stamp_ms : Math.min(by_its_stamp_ms, since_look_ms + HIDDEN_MS);
}
