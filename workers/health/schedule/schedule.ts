import { dueAt, pending } from '../../../shared/time/clock.ts';
import { type CheckState, unprobed, withStreakReset } from '../judge/check_state.ts';
import type { Watched, WatchKey } from '../probe/order.ts';

/** What is stored about one origin under one monitor: its state and when to check it next. */
export interface WatchRecord {
  /** Stored under this name. Another name would lose the states that an older version has stored. */
  verdict: CheckState;
  /** When its next check starts, milliseconds since the epoch. */
  next_at: number;
  /** The grid point that its last check was for. Records of older versions lack it; `next_at` then takes its place. */
  slot_at?: number;
  /** Its last check took a second or longer, so the next one uses the slow lane (slots.ts). */
  slow?: true;
  /** The {@link Watched.definition} under which its streak was counted. */
  definition: string;
}

export type Records = ReadonlyMap<WatchKey, WatchRecord>;

/** First checks are spread over this time, or over the interval if that is shorter, so that they do not start all at once. */
export const SPREAD_MS = 5_000;

/**
 * A check starts up to this fraction of the interval after its grid point, so that many probers or origins do not fall into
 * step. The mean interval stays the same.
 */
export const JITTER = 0.1;

/**
 * Brings the records in line with the configuration. Removed origins are dropped. A new origin starts with what others know
 * about it. An origin whose definition changed keeps its state, but its streak and its schedule restart.
 * @param known what others know about an origin; undefined: nothing
 * @param random uniform in [0, 1)
 */
export function follow(
  records: Records,
  watched: readonly Watched[],
  now: number,
  random: () => number,
  known: (watched: Watched) => Pick<CheckState, 'state' | 'since' | 'reason'> | undefined = () => undefined,
): Map<WatchKey, WatchRecord> {
  return new Map(
    watched.map((each) => {
      const { key, monitor, definition } = each;
      const record = records.get(key);
      if (record?.definition === definition) return [key, record];
      const verdict =
        record === undefined ? { ...unprobed(now), ...known(each) } : withStreakReset(record.verdict);
      const next_at = now + Math.floor(random() * Math.min(monitor.interval_ms, SPREAD_MS));
      // The first check comes soon. The phase of the grid is drawn separately, so that later checks spread over the interval.
      const slot_at = now - Math.floor(random() * monitor.interval_ms);
      return [key, { verdict, next_at, slot_at, definition }];
    }),
  );
}

/** Checks that are due and not running, longest overdue first. */
export function due(
  watched: readonly Watched[],
  records: Records,
  running: Pick<ReadonlySet<WatchKey>, 'has'>,
  now: number,
): Watched[] {
  const at = (each: Watched) => checkAt(each, records, now);
  return watched.filter((each) => !running.has(each.key) && at(each) <= now).sort((a, b) => at(a) - at(b));
}

/** When a check is due, milliseconds since the epoch. Now, if the clock was set back since `next_at` was chosen. */
function checkAt({ key, monitor }: Watched, records: Records, now: number): number {
  // A check may run slightly before its grid point. The next one is then almost two intervals away.
  return dueAt(records.get(key)?.next_at ?? now, now, monitor.interval_ms * (2 + JITTER));
}

/**
 * When to check again: at the next grid point plus jitter, so that slow checks do not stretch the interval. Checks missed
 * during a long check or a restart are skipped.
 */
export function nextCheck(
  { next_at, slot_at = next_at }: Pick<WatchRecord, 'next_at' | 'slot_at'>,
  interval_ms: number,
  now: number,
  random: () => number,
): { next_at: number; slot_at: number } {
  // If the clock was set back, the grid starts at the current time.
  const last = slot_at <= now || pending(slot_at, now, interval_ms) ? slot_at : now;
  const next = last + interval_ms * (Math.floor(Math.max(now - last, 0) / interval_ms) + 1);
  return { slot_at: next, next_at: next + Math.floor(random() * JITTER * interval_ms) };
}

/** When the first check that is not running is due. Infinity: there is none. */
export function firstDue(
  watched: readonly Watched[],
  records: Records,
  running: Pick<ReadonlySet<WatchKey>, 'has'>,
  now: number,
): number {
  let first = Number.POSITIVE_INFINITY;
  for (const each of watched)
    if (!running.has(each.key)) first = Math.min(first, checkAt(each, records, now));
  return first;
}
