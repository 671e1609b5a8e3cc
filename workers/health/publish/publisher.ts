import { HEALTH_KEY, type HealthDocument } from '../../../shared/contracts/health.ts';
import { readHealth } from '../../../shared/documents/published.ts';
import type { Config } from '../../../shared/model/config.ts';
import { elapsed } from '../../../shared/time/clock.ts';
import { within } from '../../../shared/time/within.ts';
import { KV_TIMEOUT_MS } from '../configuration.ts';
import type { Judged } from '../judge/status.ts';
import {
  fingerprint,
  HEARTBEAT_MS,
  type Origins,
  originsToPublish,
  type Publication,
  publishAt,
} from './publication.ts';

/**
 * The most versions that readers may know and KV does not. In the long run, the content changes at most once a second, so this is
 * enough for eleven days without a write to KV.
 */
const UNSEEN_VERSIONS = 1_000_000;
/** If only round-trip times have changed, the content changes at most this often. */
const RTT_MS = 30_000;

/** What the publisher keeps in the coordinator's storage. */
export interface PublisherStore {
  publication: Publication;
}

/** The current content. Only in memory: after a restart, the same content gets a new version. */
interface Content {
  origins: Origins;
  text: string;
  text_without_rtt: string;
  made_at: number;
}

/** The health document: its content as last judged, and its copy in KV. */
export class Publisher {
  readonly #kv: KVNamespace;
  readonly #store: PublisherStore;
  readonly #clock: () => number;
  #content: Content | undefined;
  #judged: readonly Judged[] = [];
  /** {@link fingerprint} of what was judged. */
  #fingerprint = '';
  #publishing = false;

  /** @param clock milliseconds since the epoch */
  constructor(kv: KVNamespace, store: PublisherStore, clock: () => number) {
    this.#kv = kv;
    this.#store = store;
    this.#clock = clock;
  }

  /** Takes what was judged. The version grows if that changes the content. */
  take(judged: readonly Judged[], config: Config): void {
    const now = this.#clock();
    // An unchanged status is the same object. With thousands of origins the comparison is much quicker than the text.
    const same =
      judged.length === this.#judged.length &&
      judged.every(({ status }, i) => status === this.#judged[i]?.status);
    if (!same) this.#fingerprint = fingerprint(judged);
    this.#judged = judged;
    const origins = originsToPublish(judged, config, now);
    const text = JSON.stringify(origins);
    const before = this.#content;
    if (before?.text === text) return;
    const text_without_rtt = JSON.stringify(origins, (key, value) => (key === 'rtt_ms' ? undefined : value));
    if (before?.text_without_rtt === text_without_rtt && elapsed(before.made_at, now) < RTT_MS) return;
    this.#content = { origins, text, text_without_rtt, made_at: now };
    // Stored before anybody reads it, so that no version is used for two contents.
    const { publication } = this.#store;
    if (publication.version > 0)
      this.#store.publication = { ...publication, version: publication.version + 1 };
  }

  /**
   * The document as it is now.
   * @param confirmed_at when it was last judged
   * @returns undefined: nothing was judged yet, or the last version is not known because the storage is new
   */
  documentAt(confirmed_at: number): HealthDocument | undefined {
    const { version } = this.#store.publication;
    if (this.#content === undefined || version === 0) return undefined;
    const { origins } = this.#content;
    return { version, published_at: confirmed_at, heartbeat_ms: HEARTBEAT_MS, others: 'up', origins };
  }

  /** When to call {@link publish} next. */
  nextAt(now: number): number {
    return publishAt(this.#store.publication, this.#fingerprint, now);
  }

  /**
   * Writes the document to KV if it is due. Two writes must not overlap, or the older document could stay.
   * @returns resolves when the write has ended; never rejects
   */
  async publish(): Promise<void> {
    if (this.#publishing) return;
    this.#publishing = true;
    try {
      await this.#publish();
    } finally {
      this.#publishing = false;
    }
  }

  async #publish(): Promise<void> {
    if (this.#store.publication.version === 0) await this.#continue();
    const now = this.#clock();
    const document = this.documentAt(now);
    if (document === undefined || now < this.nextAt(now)) return;
    this.#store.publication = { ...this.#store.publication, attempted_at: now };
    // Taken before the write, so that a state that changes during the write is published next time.
    const written = this.#fingerprint;
    const put = this.#kv.put(HEALTH_KEY, JSON.stringify(document));
    try {
      await within(KV_TIMEOUT_MS, put);
      this.#store.publication = { ...this.#store.publication, published_at: now, fingerprint: written };
    } catch (error) {
      // The write may still succeed, after that of a newer document. So the newest is then written once more.
      const again = () => {
        this.#store.publication = { ...this.#store.publication, fingerprint: '' };
      };
      put.then(again, () => undefined);
      console.error(`health: the health document was not published, will try again: ${String(error)}`);
    }
  }

  /**
   * For storage that is new or was lost: versions continue from the document in KV, because readers reject a lower version. They
   * skip {@link UNSEEN_VERSIONS}, because readers may have newer versions from this object than KV does.
   */
  async #continue(): Promise<void> {
    let version = 1;
    try {
      const published = await within(KV_TIMEOUT_MS, readHealth(this.#kv));
      if (published !== undefined) version = published.version + UNSEEN_VERSIONS + 1;
    } catch {
      // Versions start at 1. Readers accept the lower version after a while (shared/documents/succession.ts).
    }
    this.#store.publication = { ...this.#store.publication, version };
  }
}
