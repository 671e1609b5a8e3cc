import type { HealthDocument, OriginHealth, OriginState } from '../../../shared/contracts/health.ts';
import { defined } from '../../../shared/defined.ts';
import type { OriginId } from '../../../shared/model/ids.ts';
import { pending } from '../../../shared/time/clock.ts';
import type { Judged, Status } from '../judge/status.ts';

/** How often the document is written if nothing changes. */
export const HEARTBEAT_MS = 30_000;

/**
 * Least time between two writes, including failed ones: KV accepts one write per second and key. Changes in between are
 * published together. https://developers.cloudflare.com/kv/platform/limits/
 */
export const GAP_MS = 1_000;

/** The last publication, as stored. */
export interface Publication {
  /** Of the last attempt. No version is used twice, because a write that seemed to fail may still succeed. */
  version: number;
  attempted_at: number;
  /** When the last document was written; 0: never. */
  published_at: number;
  /** {@link fingerprint} of the last document that was written. */
  fingerprint: string;
}

export const UNPUBLISHED: Publication = { version: 0, attempted_at: 0, published_at: 0, fingerprint: '' };

/**
 * When the document must be written next, milliseconds since the epoch. Immediately (after {@link GAP_MS}) if a state has
 * changed or the clock was set back since the last write.
 */
export function publishAt(last: Publication, statuses: ReadonlyMap<OriginId, Status>, now: number): number {
  const changed = last.published_at === 0 || last.fingerprint !== fingerprint(statuses);
  const beat_at = last.published_at + HEARTBEAT_MS;
  const free_at = last.attempted_at + GAP_MS;
  return Math.max(
    changed || !pending(beat_at, now, HEARTBEAT_MS) ? now : beat_at,
    pending(free_at, now, GAP_MS) ? free_at : now,
  );
}

/** A text that changes when there is something to publish: other origins or other states. Round-trip times do not count. */
export function fingerprint(statuses: ReadonlyMap<OriginId, Status>): string {
  return [...statuses]
    .map(([id, { state, since, flaps }]) => `${id} ${state} ${since}${flaps?.held ? ' flapping' : ''}`)
    .sort()
    .join('\n');
}

/** The document for KV. */
export function documentOf(judged: readonly Judged[], version: number, now: number): HealthDocument {
  const origins: Record<OriginId, OriginHealth> = {};
  for (const { id, status, opinions } of judged) {
    const { state, since, reason, flaps } = status;
    const rtt_ms: Record<string, number> = {};
    const regions: Record<string, OriginState> = {};
    for (const [region, opinion] of opinions) {
      regions[region] = opinion.state;
      if (opinion.rtt_ms !== undefined) rtt_ms[region] = opinion.rtt_ms;
    }
    origins[id] = {
      state,
      since,
      ...defined({ reason }),
      rtt_ms,
      ...(flaps?.held ? { flapping: true } : {}),
      // With a single region, its state is the origin's state.
      ...(opinions.size > 1 ? { regions } : {}),
    };
  }
  return { version, published_at: now, heartbeat_ms: HEARTBEAT_MS, origins };
}
