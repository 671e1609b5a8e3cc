import { elapsed } from '../time/clock.ts';
import { isOlder, type Stamps } from './published.ts';

/**
 * When reads have brought nothing but a lower version for this long, it is taken. KV shows a write everywhere within about a
 * minute (https://developers.cloudflare.com/kv/concepts/how-kv-works/#consistency). So after two minutes the answers do not
 * come from a place that is behind: the store was lost, or somebody restored an older one.
 */
export const BEHIND_MS = 120_000;

/**
 * Decides for one reader whether a document that was read takes the place of the one in hand. KV is copied to many
 * places, and a place that is behind may answer: the newer document then stays in use, for {@link BEHIND_MS}.
 *
 * To go back to an older content is to publish it again, under a higher version.
 */
export class Succession {
  /** Since when every read has brought an older document than the one in hand; undefined: the last one did not. */
  #older_since: number | undefined;

  /** @param now milliseconds since the epoch */
  takes(read: Stamps, held: Stamps | undefined, now: number): boolean {
    if (held === undefined || !isOlder(read, held)) {
      this.#older_since = undefined;
      return true;
    }
    // After the clock was set back, nobody knows how long it has been: count anew.
    if (this.#older_since === undefined || now < this.#older_since) this.#older_since = now;
    if (elapsed(this.#older_since, now) < BEHIND_MS) return false;
    this.#older_since = undefined;
    return true;
  }
}
