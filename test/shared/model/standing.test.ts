import { describe, expect, it } from 'vitest';
import type { Origin, Pool, Session } from '../../../shared/model/config.ts';
import { servesSessionsUntil, standingOf } from '../../../shared/model/standing.ts';
import { origin, pool, session } from '../../support/normalised.ts';

const HOUR = 3_600_000;

function until(of_origin: Partial<Origin>, of_pool: Partial<Pool> = {}, change: Partial<Session> = {}) {
  const only = origin('p', 'a', of_origin);
  return servesSessionsUntil(pool('p', [only], of_pool), only, session({ ttl_ms: HOUR, ...change }));
}

describe('standingOf', () => {
  it.each<[Partial<Origin>, Partial<Pool>, string]>([
    [{}, {}, 'ready'],
    [{ state: 'drain' }, {}, 'drain'],
    [{}, { state: 'drain' }, 'drain'],
    [{ state: 'drain', enabled: false }, {}, 'disabled'],
    [{ state: 'drain' }, { enabled: false }, 'disabled'],
    [{ state: 'drain' }, { state: 'maintenance' }, 'maintenance'],
    [{ state: 'maintenance', enabled: false }, { state: 'drain' }, 'maintenance'],
  ])('takes the stricter of %o and its pool %o: %s', (of_origin, of_pool, standing) => {
    const only = origin('p', 'a', of_origin);
    expect(standingOf(pool('p', [only], of_pool), only)).toBe(standing);
  });
});

describe('servesSessionsUntil', () => {
  it('never ends for a ready origin, and is 0 in maintenance', () => {
    expect(until({})).toBe(Number.POSITIVE_INFINITY);
    expect(until({ weight: 0 })).toBe(Number.POSITIVE_INFINITY);
    expect(until({ state: 'maintenance' })).toBe(0);
    expect(until({}, { state: 'maintenance' })).toBe(0);
  });

  it('in drain is the drain_duration, else the TTL of a session', () => {
    expect(until({ state: 'drain', draining_since: 500 }, {}, { drain_ms: 60_000 })).toBe(60_500);
    expect(until({ state: 'drain', draining_since: 500 }, {}, { drain_ms: 0 })).toBe(500);
    expect(until({ state: 'drain', draining_since: 500 })).toBe(HOUR + 500);
  });

  it('counts from the earlier drain of the origin and its pool', () => {
    const pooled = { state: 'drain' as const, draining_since: 900 };
    expect(until({ state: 'drain', draining_since: 500 }, pooled, { drain_ms: 100 })).toBe(600);
    expect(until({ draining_since: 500 }, pooled, { drain_ms: 100 })).toBe(1_000);
  });

  it('is the drain_duration of a disabled origin, and 0 without one', () => {
    expect(until({ enabled: false, draining_since: 500 }, {}, { drain_ms: 100 })).toBe(600);
    expect(until({ enabled: false, draining_since: 500 })).toBe(0);
  });

  it('never ends for a drain without a known start, and is 0 for a disabled origin without one', () => {
    expect(until({ state: 'drain' }, {}, { drain_ms: 100 })).toBe(Number.POSITIVE_INFINITY);
    expect(until({ enabled: false }, {}, { drain_ms: 100 })).toBe(0);
  });
});
