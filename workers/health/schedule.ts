import type { OriginId } from '../../shared/contracts/ids.ts';
import { restarted, unjudged, type Verdict } from './judge.ts';
import type { Watched } from './order.ts';

/** What is stored of one origin: its verdict and when to ask again. */
export interface OriginRecord {
  verdict: Verdict;
  /** Start of its next check, milliseconds since the epoch. */
  next_at: number;
  /** {@link Watched.definition} under which its streak was counted. */
  definition: string;
}

export type Records = ReadonlyMap<OriginId, OriginRecord>;

/** First checks are spread over this long, or over the interval if that is shorter, so that they do not come as a wave. */
export const SPREAD_MS = 5_000;

/**
 * Makes the records follow the configuration: an origin that has vanished is forgotten, a new one is unjudged, one
 * whose definition has changed keeps its state but starts its streak, and its clock, again.
 * @param random uniform in [0, 1)
 */
export function follow(
  records: Records,
  origins: readonly Watched[],
  now: number,
  random: () => number,
): Map<OriginId, OriginRecord> {
  return new Map(
    origins.map(({ id, monitor, definition }) => {
      const record = records.get(id);
      if (record?.definition === definition) return [id, record];
      const verdict = record === undefined ? unjudged(now) : restarted(record.verdict);
      const next_at = now + Math.floor(random() * Math.min(monitor.interval_ms, SPREAD_MS));
      return [id, { verdict, next_at, definition }];
    }),
  );
}

/** The origins whose check is due and not under way, the longest overdue first. */
export function due(
  origins: readonly Watched[],
  records: Records,
  running: Pick<ReadonlySet<OriginId>, 'has'>,
  now: number,
): Watched[] {
  const at = ({ id }: Watched) => records.get(id)?.next_at ?? now;
  return origins
    .filter((origin) => at(origin) <= now && !running.has(origin.id))
    .sort((a, b) => at(a) - at(b));
}

/**
 * When to check again: on the grid that the first check set, so that slow checks do not stretch the interval.
 * Checks that were missed (a long check, a restart) are not made up for.
 */
export function nextCheck(next_at: number, interval_ms: number, now: number): number {
  return next_at + interval_ms * (Math.floor(Math.max(now - next_at, 0) / interval_ms) + 1);
}

/** When the first of the checks that are not under way is due; Infinity if there is none. */
export function firstDue(records: Records, running: Pick<ReadonlySet<OriginId>, 'has'>): number {
  let first = Number.POSITIVE_INFINITY;
  for (const [id, { next_at }] of records) if (!running.has(id)) first = Math.min(first, next_at);
  return first;
}
