import { HEALTH_KEY } from '../../../shared/contracts/health.ts';
import { readHealth } from '../../../shared/documents/published.ts';
import { BEHIND_MS } from '../../../shared/documents/succession.ts';
import type { OriginId } from '../../../shared/model/ids.ts';
import { within } from '../../../shared/time/within.ts';
import { KV_TIMEOUT_MS } from '../documents.ts';
import type { Judged, Status } from '../judge/status.ts';
import { documentOf, fingerprint, GAP_MS, type Publication, publishAt } from './publication.ts';

/** How many versions can have been published while KV still shows an older document. */
const UNSEEN_VERSIONS = BEHIND_MS / GAP_MS;

/** What the publisher reads and writes in the coordinator's storage. */
export interface PublisherStore {
  publication: Publication;
  readonly statuses: { readonly entries: ReadonlyMap<OriginId, Status> };
}

/** Writes the health document to KV when it is due. */
export class Publisher {
  readonly #kv: KVNamespace;
  readonly #store: PublisherStore;
  readonly #now: () => number;
  #publishing = false;

  constructor(kv: KVNamespace, store: PublisherStore, now: () => number) {
    this.#kv = kv;
    this.#store = store;
    this.#now = now;
  }

  /** When the document is due, milliseconds since the epoch. */
  nextAt(now: number): number {
    return publishAt(this.#store.publication, this.#store.statuses.entries, now);
  }

  /**
   * Writes the document if it is due. Two writes must not overlap, or the older document could stay.
   * @param judged returns what was judged last
   * @returns never rejects; undefined: a write is running
   */
  publish(judged: () => readonly Judged[]): Promise<void> | undefined {
    if (this.#publishing) return undefined;
    this.#publishing = true;
    return this.#publishDue(judged).finally(() => {
      this.#publishing = false;
    });
  }

  async #publishDue(judged: () => readonly Judged[]): Promise<void> {
    const publication = await this.#lastPublication();
    const { entries } = this.#store.statuses;
    const now = this.#now();
    if (now < publishAt(publication, entries, now)) return;
    const attempt = { ...publication, version: publication.version + 1, attempted_at: now };
    this.#store.publication = attempt;
    // Taken before the write, so that a state that changes during the write is published next time.
    const written = fingerprint(entries);
    try {
      const document = documentOf(judged(), attempt.version, now);
      await within(KV_TIMEOUT_MS, this.#kv.put(HEALTH_KEY, JSON.stringify(document)));
      this.#store.publication = { ...attempt, published_at: now, fingerprint: written };
    } catch (error) {
      console.error(`health: the health document was not published, will try again: ${String(error)}`);
    }
  }

  /**
   * The last publication in storage. If storage is new or was lost, versions continue from the document in KV, because
   * readers reject a lower version. They skip {@link UNSEEN_VERSIONS}, which KV may not show here yet.
   */
  async #lastPublication(): Promise<Publication> {
    const { publication } = this.#store;
    if (publication.version > 0) return publication;
    try {
      const published = await within(KV_TIMEOUT_MS, readHealth(this.#kv));
      return published === undefined
        ? publication
        : { ...publication, version: published.version + UNSEEN_VERSIONS };
    } catch {
      // Versions start at 1. Readers accept the lower version after a while (shared/documents/succession.ts).
      return publication;
    }
  }
}
