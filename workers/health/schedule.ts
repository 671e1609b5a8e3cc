import { pending } from '../../shared/time/clock.ts';
import { restarted, unjudged, type Verdict } from './judge.ts';
import type { Watched, WatchKey } from './order.ts';

/** What is stored of one origin under one monitor: its verdict and when to ask again. */
export interface WatchRecord {
  verdict: Verdict;
  /** Start of its next check, milliseconds since the epoch. */
  next_at: number;
  /** The last place on its grid that a check was for; absent in a record of an older version: `next_at`. */
  slot_at?: number;
  /** Its last check did not end within a second: it takes a slot of the slow lane (slots.ts). */
  slow?: true;
  /** {@link Watched.definition} under which its streak was counted. */
  definition: string;
}

export type Records = ReadonlyMap<WatchKey, WatchRecord>;

/** First checks are spread over this long, or over the interval if that is shorter, so that they do not come as a wave. */
export const SPREAD_MS = 5_000;

/**
 * Every check comes up to this part of the interval after its place on the grid, so that checks of many probers, or of many
 * origins, do not fall in step. The mean interval stays the same.
 */
export const JITTER = 0.1;

/**
 * Makes the records follow the configuration: an origin that has vanished is forgotten, a new one takes over what is
 * known of it, one whose definition has changed keeps its state but starts its streak, and its clock, again.
 * @param known what others know of an origin; undefined: nothing, it is unjudged
 * @param random uniform in [0, 1)
 */
export function follow(
  records: Records,
  watched: readonly Watched[],
  now: number,
  random: () => number,
  known: (watched: Watched) => Pick<Verdict, 'state' | 'since' | 'reason'> | undefined = () => undefined,
): Map<WatchKey, WatchRecord> {
  return new Map(
    watched.map((each) => {
      const { key, monitor, definition } = each;
      const record = records.get(key);
      if (record?.definition === definition) return [key, record];
      const verdict = record === undefined ? { ...unjudged(now), ...known(each) } : restarted(record.verdict);
      const next_at = now + Math.floor(random() * Math.min(monitor.interval_ms, SPREAD_MS));
      // The first check comes soon. The place of its grid in the interval is drawn separately.
      const slot_at = now - Math.floor(random() * monitor.interval_ms);
      return [key, { verdict, next_at, slot_at, definition }];
    }),
  );
}

/** What is due and not under way, the longest overdue first. */
export function due(
  watched: readonly Watched[],
  records: Records,
  running: Pick<ReadonlySet<WatchKey>, 'has'>,
  now: number,
): Watched[] {
  const at = (each: Watched) => dueAt(each, records, now);
  return watched.filter((each) => !running.has(each.key) && at(each) <= now).sort((a, b) => at(a) - at(b));
}

/** When a check is due, milliseconds since the epoch: now, where the clock was set back since that was settled. */
function dueAt({ key, monitor }: Watched, records: Records, now: number): number {
  const next_at = records.get(key)?.next_at ?? now;
  // A check may come slightly early. The next one is then nearly two intervals away.
  return next_at <= now || pending(next_at, now, monitor.interval_ms * (2 + JITTER)) ? next_at : now;
}

/**
 * When to check again: after the next place on the grid, so that neither slow checks nor jitter stretch the interval.
 * Checks that were missed (a long check, a restart) are not made up for.
 */
export function nextCheck(
  { next_at, slot_at = next_at }: Pick<WatchRecord, 'next_at' | 'slot_at'>,
  interval_ms: number,
  now: number,
  random: () => number,
): { next_at: number; slot_at: number } {
  // Where the clock was set back, the grid begins anew.
  const last = slot_at <= now || pending(slot_at, now, interval_ms) ? slot_at : now;
  const next = last + interval_ms * (Math.floor(Math.max(now - last, 0) / interval_ms) + 1);
  return { slot_at: next, next_at: next + Math.floor(random() * JITTER * interval_ms) };
}

/** When the first of the checks that are not under way is due; Infinity if there is none. */
export function firstDue(
  watched: readonly Watched[],
  records: Records,
  running: Pick<ReadonlySet<WatchKey>, 'has'>,
  now: number,
): number {
  let first = Number.POSITIVE_INFINITY;
  for (const each of watched) if (!running.has(each.key)) first = Math.min(first, dueAt(each, records, now));
  return first;
}
