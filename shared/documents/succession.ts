import { elapsed } from '../time/clock.ts';

/**
 * A lower version is accepted after reads have brought nothing else for this long. KV shows a write everywhere within about a
 * minute (https://developers.cloudflare.com/kv/concepts/how-kv-works/#consistency). After two minutes, a lower version means
 * that the store was lost, or that somebody restored an older one.
 */
export const BEHIND_MS = 120_000;

/**
 * Decides whether a document just read replaces the current one. A replica of KV that is behind may answer; then the newer
 * document stays in use, for {@link BEHIND_MS}.
 *
 * A rollback publishes the older content again under a higher version.
 */
export class Succession {
  /** Since when every read has brought an older document. Undefined: the last read did not. */
  #older_since: number | undefined;

  /** @param now milliseconds since the epoch */
  takes(read: Stamps, held: Stamps | undefined, now: number): boolean {
    if (held === undefined || !isOlder(read, held)) {
      this.#older_since = undefined;
      return true;
    }
    // If the clock was set back, the time that passed is not known. Count again from now.
    if (this.#older_since === undefined || now < this.#older_since) this.#older_since = now;
    if (elapsed(this.#older_since, now) < BEHIND_MS) return false;
    this.#older_since = undefined;
    return true;
  }
}

/** The fields that order publications of a document. */
export interface Stamps {
  /** Grows with every publication. */
  version: number;
  /** Milliseconds since the epoch, or ISO 8601. */
  published_at: number | string;
}

/**
 * Whether a document just read is older than the current one. The version decides, because publishers' clocks differ. Between
 * equal versions the time of publication decides.
 */
export function isOlder(read: Stamps, held: Stamps): boolean {
  return read.version === held.version ? read.published_at < held.published_at : read.version < held.version;
}
