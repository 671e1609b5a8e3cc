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

/**
 * Writes the health document to KV if it is due. Two writes must not overlap, or the older document could stay.
 * @param store the coordinator's storage
 * @param judged returns what was judged last
 * @param clock milliseconds since the epoch
 * @returns resolves when the write has ended; never rejects
 */
export async function publish(
  kv: KVNamespace,
  store: { publication: Publication; readonly statuses: { readonly entries: ReadonlyMap<OriginId, Status> } },
  judged: () => readonly Judged[],
  clock: () => number,
): Promise<void> {
  const last = store.publication.version > 0 ? store.publication : await continued(store.publication, kv);
  const { entries } = store.statuses;
  const now = clock();
  if (now < publishAt(last, entries, now)) return;
  const attempt = { ...last, version: last.version + 1, attempted_at: now };
  store.publication = attempt;
  // Taken before the write, so that a state that changes during the write is published next time.
  const written = fingerprint(entries);
  try {
    const document = documentOf(judged(), attempt.version, now);
    await within(KV_TIMEOUT_MS, kv.put(HEALTH_KEY, JSON.stringify(document)));
    store.publication = { ...attempt, published_at: now, fingerprint: written };
  } catch (error) {
    console.error(`health: the health document was not published, will try again: ${String(error)}`);
  }
}

/**
 * For storage that is new or was lost: versions continue from the document in KV, because readers reject a lower version. They
 * skip {@link UNSEEN_VERSIONS}, which KV may not show here yet.
 */
async function continued(unpublished: Publication, kv: KVNamespace): Promise<Publication> {
  try {
    const published = await within(KV_TIMEOUT_MS, readHealth(kv));
    return { ...unpublished, version: published === undefined ? 0 : published.version + UNSEEN_VERSIONS };
  } catch {
    // Versions start at 1. Readers accept the lower version after a while (shared/documents/succession.ts).
    return unpublished;
  }
}
