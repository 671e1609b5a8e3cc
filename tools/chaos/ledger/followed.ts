import {
  COORDINATOR_PAUSE_MS,
  COORDINATOR_TIMEOUT_MS,
  LIFETIME_S,
  PACES,
} from '../../../shared/documents/reader.ts';
import { PAUSE_MS } from '../client/pauses.ts';
import type { FaultKind } from '../faults.ts';
import type { Ledger } from './ledger.ts';

/** The longest that two reads take: of the cache and of the coordinator, or of KV. */
const READS_MS = 1_000;
/** How long isolates take to follow the coordinator: an entry of the cache ends, and then their copy. */
const COORDINATOR_MS = LIFETIME_S.coordinator * 1_000 + PACES.coordinator.shared.wait_ms + READS_MS;
/** How long a reader waits for an answer of the coordinator, and then avoids it. For the cache, both together are shorter. */
const AVOIDED_MS = COORDINATOR_TIMEOUT_MS + COORDINATOR_PAUSE_MS;
/**
 * How long isolates take to follow KV. Isolates look in the background, so they do not look while nobody sends. Here KV shows a write
 * at once.
 */
const KV_MS = LIFETIME_S.kv * 1_000 + PACES.kv.shared.refresh_ms + PAUSE_MS + READS_MS;

/** Probes come every 5 s and take up to 2 s. */
const PROBED_MS = 7_000;
/** Faults in which the health Worker does nothing. */
const STOPS = ['object_hang', 'object_crash', 'rolling_restart'] as const;
const KV_FAULTS = ['kv_fail', 'kv_hang', 'kv_empty'] as const;

/** A time in which a source is broken or avoided. Milliseconds since the epoch. */
interface Span {
  from: number;
  to: number;
}

/**
 * Tells when every isolate follows a change, by the faults of a run. With the coordinator that is {@link COORDINATOR_MS} after the
 * change. While the coordinator is broken or avoided, it is {@link KV_MS}. Time in which a source that is needed
 * is broken does not count.
 * @param at when the coordinator or KV could know of the change, milliseconds since the epoch
 */
export function followedBy(ledger: Ledger): (at: number) => number {
  const by_kv = spans(ledger, ['object_fail', ...STOPS], AVOIDED_MS);
  const stale = spans(ledger, ['cache_stale']);
  const needed = spans(ledger, ['object_fail', ...STOPS, ...KV_FAULTS, 'cache_stale']);
  return (at) => {
    // A look has an effect until the next one, so looks before the change matter too.
    const looked = by_kv.some(({ from, to }) => from <= at + COORDINATOR_MS && to >= at - KV_MS);
    return looked ? without(needed, at, at + KV_MS) : without(stale, at, at + COORDINATOR_MS);
  };
}

/** Tells when probes have found a change. Time in which nobody probes does not count. @param at of the change */
export function probedBy(ledger: Ledger): (at: number) => number {
  const stops = spans(ledger, STOPS);
  return (at) => without(stops, at, at + PROBED_MS);
}

/** When faults of these kinds have an effect, in order. @param after_ms length of the effect after the end of a fault */
function spans({ faults }: Ledger, kinds: readonly FaultKind[], after_ms = 0): Span[] {
  return faults
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ started_at, ended_at }) => ({ from: started_at, to: ended_at + after_ms }))
    .sort((a, b) => a.from - b.from);
}

/** Moves the end of a time back by the spans in it. Where spans overlap, the time counts once. @param spans sorted by `from` */
function without(spans: readonly Span[], at: number, end: number): number {
  let until = end;
  let counted = at;
  for (const { from, to } of spans) {
    const since = Math.max(from, counted);
    if (since >= until || to <= since) continue;
    until += to - since;
    counted = to;
  }
  return until;
}
