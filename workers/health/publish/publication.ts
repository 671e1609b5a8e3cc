import type { HealthDocument, OriginHealth, OriginState } from '../../../shared/contracts/health.ts';
import { defined } from '../../../shared/defined.ts';
import type { Config, Pool } from '../../../shared/model/config.ts';
import { poolsWithRttReaders } from '../../../shared/model/rtt_readers.ts';
import { elapsed, pending } from '../../../shared/time/clock.ts';
import type { Judged } from '../judge/status.ts';

/**
 * How often the document is written to KV if nothing changes: 288 writes a day. The Free plan allows 1,000, and other changes need
 * some too. https://developers.cloudflare.com/kv/platform/limits/
 */
export const HEARTBEAT_MS = 300_000;

/**
 * Least time between two writes, including failed ones: KV accepts one write per second and key. Changes in between are
 * published together. https://developers.cloudflare.com/kv/platform/limits/
 */
export const GAP_MS = 1_000;

/** An origin stays listed for at least this long after it came up. */
const NEWS_MS = 10 * 60_000;

/** The last publication, as stored. */
export interface Publication {
  /** Of the current content. No version is used for two contents, because a write that seemed to fail may still succeed. */
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
 * @param current {@link fingerprint} of what would be written
 */
export function publishAt(last: Publication, current: string, now: number): number {
  const changed = last.published_at === 0 || last.fingerprint !== current;
  const beat_at = last.published_at + HEARTBEAT_MS;
  const free_at = last.attempted_at + GAP_MS;
  return Math.max(
    changed || !pending(beat_at, now, HEARTBEAT_MS) ? now : beat_at,
    pending(free_at, now, GAP_MS) ? free_at : now,
  );
}

/** A text that changes when there is something to publish: other origins or other states. Round-trip times do not count. */
export function fingerprint(judged: readonly Pick<Judged, 'id' | 'status'>[]): string {
  return judged
    .map(
      ({ id, status: { state, since, flaps } }) => `${id} ${state} ${since}${flaps?.held ? ' flapping' : ''}`,
    )
    .sort()
    .join('\n');
}

/** What a document says about origins. */
export type Origins = HealthDocument['origins'];

/** Everything that is known about every origin, for people. */
export function fullOrigins(judged: readonly Judged[]): Origins {
  return Object.fromEntries(judged.map((each) => [each.id, healthOf(each, true)]));
}

/**
 * What readers need. An origin that is plainly up is not listed, so the document stays small however many origins there are.
 * Round-trip times are listed where a policy reads them.
 */
export function originsToPublish(judged: readonly Judged[], config: Config, now: number): Origins {
  const with_rtt = poolsWithRttReaders(config);
  return Object.fromEntries(
    judged
      .filter((each) => with_rtt.has(each.pool) || !isPlain(each, config.pools[each.pool], now))
      .map((each) => [each.id, healthOf(each, with_rtt.has(each.pool))]),
  );
}

/** Whether an origin is up and there is nothing more to say about it. */
function isPlain({ status, opinions }: Judged, pool: Pool | undefined, now: number): boolean {
  if (status.state !== 'up') return false;
  for (const { state } of opinions.values()) if (state !== 'up') return false;
  return elapsed(status.since, now) >= newsFor(pool);
}

/** How long readers need to know since when an origin is up: its slow start, or an ejection that began while it was down. */
function newsFor(pool: Pool | undefined): number {
  const { slow_start, outlier_detection } = pool ?? {};
  const s = Math.max(slow_start?.window_s ?? 0, outlier_detection?.max_ejection_s ?? 0);
  return Math.max(s * 1_000, NEWS_MS);
}

function healthOf({ status, opinions }: Judged, with_rtt: boolean): OriginHealth {
  const { state, since, reason, flaps } = status;
  const rtt_ms: Record<string, number> = {};
  const regions: Record<string, OriginState> = {};
  for (const [region, opinion] of opinions) {
    regions[region] = opinion.state;
    if (with_rtt && opinion.rtt_ms !== undefined) rtt_ms[region] = opinion.rtt_ms;
  }
  return {
    state,
    since,
    ...defined({ reason }),
    rtt_ms,
    ...(flaps?.held ? { flapping: true } : {}),
    // With a single region, its state is the origin's state.
    ...(opinions.size > 1 ? { regions } : {}),
  };
}
