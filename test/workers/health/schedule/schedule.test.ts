import { describe, expect, it } from 'vitest';
import type { OriginId } from '../../../../shared/model/ids.ts';
import { watched } from '../../../../workers/health/probe/order.ts';
import {
  due,
  firstDue,
  follow,
  JITTER,
  nextCheck,
  SPREAD_MS,
  type WatchRecord,
} from '../../../../workers/health/schedule/schedule.ts';
import { config, origin, sequence } from '../fixture.ts';

const NONE = new Map<OriginId, WatchRecord>();
const two = watched(config([origin('a'), origin('b')]));

describe('follow', () => {
  it('spreads first checks over the interval, but at most over five seconds', () => {
    const slow = watched(config([origin('a')], { monitor: { interval_ms: 3_600_000 } }));
    const quick = watched(config([origin('a')], { monitor: { interval_ms: 1_000 } }));
    expect(follow(NONE, slow, 100, () => 0).get('p/a')?.next_at).toBe(100);
    expect(follow(NONE, slow, 100, () => 0.5).get('p/a')?.next_at).toBe(100 + SPREAD_MS / 2);
    expect(follow(NONE, quick, 100, () => 0.5).get('p/a')?.next_at).toBe(600);
  });

  it('starts a new origin as unknown', () => {
    expect(follow(NONE, two, 100, () => 0).get('p/a')?.verdict).toEqual({
      state: 'unknown',
      since: 100,
      streak: 0,
    });
  });

  it('starts a new origin with what others know about it', () => {
    const known = { state: 'down', since: 7, reason: 'other' } as const;
    expect(
      follow(
        NONE,
        two,
        100,
        () => 0,
        () => known,
      ).get('p/a')?.verdict,
    ).toEqual({ ...known, streak: 0 });
  });

  it('gives two origins different phases', () => {
    const throws = [0.1, 0.2, 0.1, 0.7];
    const records = follow(NONE, two, 50_000, () => throws.shift() ?? 0);
    expect([...records.values()].map(({ slot_at }) => slot_at)).toEqual([49_000, 46_500]);
  });

  it('keeps the record of an unchanged origin', () => {
    const before = follow(NONE, two, 100, () => 0);
    expect(follow(before, two, 9_000, () => 0.5)).toEqual(before);
  });

  it('drops the record of a removed origin', () => {
    const before = follow(NONE, two, 100, () => 0);
    const after = follow(before, watched(config([origin('b')])), 200, () => 0);
    expect([...after.keys()]).toEqual(['p/b']);
  });

  it('keeps the state of a redefined origin, resets its streak and checks it soon', () => {
    const first = two[0];
    if (first === undefined) throw new Error('nothing is watched');
    const record: WatchRecord = {
      verdict: { state: 'down', since: 50, reason: 'other', streak: 9, last: 'failure' },
      next_at: 3_600_000,
      definition: first.definition,
    };
    const changed = watched(config([origin('a')], { monitor: { path: '/other' } }));
    expect(follow(new Map([['p/a', record]]), changed, 200, () => 0).get('p/a')).toEqual({
      verdict: { state: 'down', since: 50, reason: 'other', streak: 0 },
      next_at: 200,
      slot_at: 200,
      definition: changed[0]?.definition,
    });
  });
});

describe('due', () => {
  it('returns checks that are due and not running, longest overdue first', () => {
    const three = watched(config([origin('a'), origin('b'), origin('c'), origin('d')]));
    const records = follow(NONE, three, 0, () => 0);
    const at: Record<string, number> = { 'p/a': 90, 'p/b': 50, 'p/c': 101, 'p/d': 10 };
    for (const [id, record] of records) records.set(id, { ...record, next_at: at[id] ?? 0 });
    expect(due(three, records, new Set(['p/d']), 100).map(({ id }) => id)).toEqual(['p/b', 'p/a']);
    expect(firstDue(three, records, new Set(['p/d']), 40)).toBe(50);
  });

  it('returns every check once when the clock was set back by an hour', () => {
    const records = new Map(follow(NONE, two, 3_600_000, () => 0.5));
    expect(due(two, records, new Set(), 1_000)).toHaveLength(2);
    expect(firstDue(two, records, new Set(), 1_000)).toBe(1_000);
    for (const [key, record] of records)
      records.set(key, { ...record, ...nextCheck(record, 5_000, 1_000, () => 0) });
    expect(due(two, records, new Set(), 1_001)).toEqual([]);
    expect(firstDue(two, records, new Set(), 1_001)).toBe(6_000);
  });

  it('has no next check when nothing is listed', () => {
    expect(firstDue([], NONE, new Set(), 0)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('nextCheck', () => {
  it.each([
    ['keeps to the grid when a check takes a while', 1_000, 1_800, 6_000],
    ['keeps to the grid when an alarm is slightly early', 1_000, 999, 6_000],
    ['skips the grid points that a long check missed', 1_000, 6_500, 11_000],
    ['never returns the current time', 1_000, 6_000, 11_000],
  ])('%s', (_, slot_at, now, expected) => {
    const record = { slot_at, next_at: slot_at + 3 };
    expect(nextCheck(record, 5_000, now, () => 0)).toEqual({ slot_at: expected, next_at: expected });
  });

  it('uses `next_at` as the grid point of a record from an older version', () => {
    expect(nextCheck({ next_at: 1_000 }, 5_000, 1_200, () => 0).next_at).toBe(6_000);
  });

  it('adds up to a tenth of the interval, and keeps the mean interval', () => {
    const random = sequence(11);
    let record: { next_at: number; slot_at: number } = { next_at: 0, slot_at: 0 };
    const gaps: number[] = [];
    for (let n = 0; n < 2_000; n++) {
      const before = record.next_at;
      record = nextCheck(record, 5_000, record.next_at, random);
      gaps.push(record.next_at - before);
    }
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(5_000 * (1 - JITTER));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(5_000 * (1 + JITTER));
    expect(new Set(gaps).size).toBeGreaterThan(100);
    // The jitters cancel out in the sum: 2,000 gaps are 2,000 intervals plus at most one jitter.
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    expect(Math.abs(mean - 5_000)).toBeLessThanOrEqual((5_000 * JITTER) / gaps.length);
  });
});
