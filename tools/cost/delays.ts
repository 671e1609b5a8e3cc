import { KV_CACHE_S } from '../../shared/documents/published.ts';
import { LIFETIME_S, PACES } from '../../shared/documents/reader.ts';
import { FAST_MS } from '../../workers/health/paces.ts';
import type { Deployment } from './deployment.ts';

/** Seconds, each the longest that is planned for. */
export interface Delays {
  /** From a verdict, a publication or a rollback until the last isolate follows. */
  follow_s: number;
  /** From the death of an origin until the last isolate steers away, by probes alone. Absent: nothing is probed. */
  steer_by_probes_s?: number;
  /** The same from the first ejection on, because an isolate reports it. Absent: nothing is probed, or there is no coordinator. */
  steer_by_traffic_s?: number;
}

/** KV shows a write everywhere within about a minute. https://developers.cloudflare.com/kv/concepts/how-kv-works/ */
const KV_VISIBLE_S = 2 * KV_CACHE_S;

/** How soon isolates follow, and how soon a dead origin is found. Time-outs of an origin that hangs come on top. */
export function delaysOf({ cache, coordinator, read_ms, probe_ms, probing }: Deployment): Delays {
  const source = coordinator ? 'coordinator' : 'kv';
  const pace = PACES[source][cache ? 'shared' : 'alone'];
  const entry_s = cache ? LIFETIME_S[source] : 0;
  // The new head, and the new body.
  const reads_s = (2 * read_ms) / 1_000;
  const follow_s = (coordinator ? 0 : KV_VISIBLE_S) + entry_s + pace.wait_ms / 1_000 + reads_s;
  if (probing.slowest === undefined) return { follow_s };
  const { interval_s, consecutive_down } = probing.slowest;
  const probes_s = interval_s * consecutive_down;
  const steer_by_probes_s = probes_s + follow_s;
  if (!coordinator) return { follow_s, steer_by_probes_s };
  const checks_s = (consecutive_down * probe_ms + (consecutive_down - 1) * FAST_MS) / 1_000;
  const steer_by_traffic_s = Math.min(read_ms / 1_000 + checks_s, probes_s) + follow_s;
  return { follow_s, steer_by_probes_s, steer_by_traffic_s };
}
