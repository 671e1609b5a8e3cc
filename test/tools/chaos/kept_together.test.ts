import { describe, expect, it } from 'vitest';
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

  it('allows an origin to be away until probes and documents have caught up, and longer while KV is broken', () => {
    const late: Request = { ...second, from: 50 };
    const faults = [fault('kill', 30, 35)];
    expect(found(run([first, { ...late, from: 46 }], { faults }))).toEqual([]);
    expect(found(run([first, late], { faults }))).toEqual(NAME);
    expect(found(run([first, late], { faults: [...faults, fault('kv_hang', 40, 45, 'platform')] }))).toEqual(
      [],
    );
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
