import { describe, expect, it } from 'vitest';
import type { Inflicted } from '../../../tools/chaos/ledger/ledger.ts';
import { fault, found, health, point, type Request, run } from './run.ts';

describe('sessions and keys', () => {
  const NAME = ['sessions and keys that left a healthy origin'];
  const first: Request = { id: '1', kind: 'visit', from: 20, origin: 'a/1', given: 'c' };
  const second: Request = { id: '2', kind: 'visit', from: 21, origin: 'a/2', cookie: 'c' };

  it('finds a session that left its healthy origin, but not one whose origin was broken', () => {
    expect(found(run([first, second]))).toEqual(NAME);
    expect(found(run([first, { ...second, origin: 'a/1' }]))).toEqual([]);
    expect(found(run([first, second], { faults: [fault('pause', 20.5, 22)] }))).toEqual([]);
    expect(found(run([first, second], { faults: [fault('pause', 40, 42)] }))).toEqual(NAME);
    expect(found(run([first, { ...second, cookie: 'other' }]))).toEqual([]);
  });

  it('finds a session that changes its stand-in while its origin is away', () => {
    const third: Request = { ...second, id: '3', from: 22, origin: 'a/3' };
    const faults = [fault('kill', 20.5, 25)];
    expect(found(run([first, second, { ...second, id: '3', from: 22 }], { faults }))).toEqual([]);
    expect(found(run([first, second, third], { faults }))).toEqual(NAME);
    expect(
      found(run([first, second, third], { faults: [...faults, fault('kill', 21.5, 25, 'a/2')] })),
    ).toEqual([]);
  });

  /** The first second after 35 at which a session must not be away from its origin any more. */
  function backAt(...faults: Inflicted[]): number {
    for (let from = 35; from < 100; from++)
      if (found(run([first, { ...second, from }], { faults })).length > 0) return from;
    return Number.POSITIVE_INFINITY;
  }

  it('allows an origin to be away until probes and isolates have caught up', () => {
    // 7 s for a probe, and 10 s for the coordinator and the cache.
    expect(backAt(fault('kill', 30, 35))).toBe(53);
    expect(backAt(fault('drain', 30, 35))).toBe(46);
  });

  it('allows more time while the coordinator is broken, and still more if KV is too', () => {
    const repaired = fault('kill', 30, 35);
    const object = fault('object_fail', 40, 45, 'object');
    // 22 s for KV and the cache from 42 on, and 3 s in which the coordinator is broken.
    expect(backAt(repaired, object)).toBe(68);
    // 5 s more until KV answers.
    expect(backAt(repaired, object, fault('kv_hang', 45, 50, 'kv'))).toBe(73);
    // 5 s more until entries expire.
    expect(backAt(repaired, object, fault('cache_stale', 45, 50, 'cache'))).toBe(73);
    // No probe comes for 5 s.
    expect(backAt(repaired, fault('object_hang', 36, 41, 'object'))).toBe(70);
    // Readers have come back to the coordinator.
    expect(backAt(repaired, fault('object_fail', 1, 6, 'object'))).toBe(53);
  });

  it('allows no more time for a fault that the coordinator or the cache makes up for', () => {
    const repaired = fault('kill', 30, 35);
    for (const kind of ['kv_fail', 'kv_hang', 'kv_empty', 'cache_fail', 'cache_hang', 'cache_empty'] as const)
      expect(backAt(repaired, fault(kind, 36, 50, 'kv'))).toBe(53);
    expect(backAt(repaired, fault('cache_stale', 44, 48, 'cache'))).toBe(57);
  });

  it('allows an origin to be away while it is ejected, down or coming up', () => {
    const rows = (...all: ReturnType<typeof health>[]) => found(run([first, second], { health: all }));
    expect(rows(health(15, { kind: 'ejection', until_ms: 6_000 }))).toEqual([]);
    expect(rows(health(5, { kind: 'ejection', until_ms: 6_000 }))).toEqual(NAME);
    expect(rows(health(5, { state: 'down' }))).toEqual([]);
    expect(rows(health(5, { state: 'down' }), health(8, { state: 'up' }))).toEqual(NAME);
    expect(rows(health(12, { state: 'up' }))).toEqual([]);
  });

  it('allows a request to leave an origin that failed it', () => {
    const points = [point({ path: '/x/visit/2', origin: 'a/2', failed_origins: 'a/1', attempts: 2 })];
    expect(found(run([first, second], { points }))).toEqual([]);
  });

  it('finds a key that moved within its pool, and allows any origin in other pools', () => {
    const tiles = (...origins: string[]) =>
      origins.map((origin, index) => ({
        id: `${index}`,
        kind: 'tile' as const,
        key: 'k',
        from: 20 + index,
        origin,
      }));
    expect(found(run(tiles('d/1', 'd/1')))).toEqual([]);
    expect(found(run(tiles('d/1', 'd/2')))).toEqual(NAME);
    expect(found(run(tiles('d/1', 'a/2')))).toEqual(NAME);
    expect(found(run(tiles('a/1', 'a/2')))).toEqual([]);
  });
});
