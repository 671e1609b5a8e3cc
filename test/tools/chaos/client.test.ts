import { describe, expect, it } from 'vitest';
import { drawRequest, greedyRequest } from '../../../tools/chaos/client/draw.ts';
import { pauses } from '../../../tools/chaos/client/pauses.ts';
import { Visitors } from '../../../tools/chaos/client/visitors.ts';
import { KINDS } from '../../../tools/chaos/kinds.ts';
import { LIMIT } from '../../../tools/chaos/lanes.ts';
import { randomOf } from '../../../tools/project/random.ts';

const SEEDS = Array.from({ length: 100 }, (_, seed) => seed);

describe('the pauses of users', () => {
  it('are the same for the same seed, and different for another', () => {
    expect(pauses(1, 3)).toEqual(pauses(1, 3));
    expect(pauses(1, 3)).not.toEqual(pauses(2, 3));
  });

  it('have a burst of many callers and a burst of one greedy caller in every minute', () => {
    for (const seed of SEEDS) {
      const all = pauses(seed, 1);
      expect(new Set(all.map(({ greedy }) => greedy))).toEqual(new Set([true, false]));
      expect(Math.min(...all.map(({ burst }) => burst))).toBeGreaterThan(2 * LIMIT.requests);
    }
  });

  it('do not overlap, and end before the load does', () => {
    for (const seed of SEEDS) {
      const all = pauses(seed, 3);
      for (const [index, { at_ms, for_ms }] of all.entries())
        expect(at_ms + for_ms).toBeLessThan(all[index + 1]?.at_ms ?? 180_000);
    }
  });

  it('include one of more than 30 s in a run of three minutes, and none in a shorter run', () => {
    for (const seed of SEEDS) {
      const long = (minutes: number) => pauses(seed, minutes).filter(({ for_ms }) => for_ms > 30_000).length;
      expect([long(1), long(2), long(3), long(5)]).toEqual([0, 0, 1, 1]);
    }
  });
});

describe('the requests of users', () => {
  it('have shares that add up to a hundred', () => {
    expect(Object.values(KINDS).reduce((sum, { share }) => sum + share, 0)).toBe(100);
  });

  it('include every kind, lane and way to leave among a thousand, and most are not abandoned', () => {
    const random = randomOf(1, 'client');
    const drawn = Array.from({ length: 1_000 }, (_, number) => drawRequest(random, `${number}`));
    const kinds = Object.entries(KINDS).filter(([, { share }]) => share > 0);
    expect(new Set(drawn.map(({ kind }) => kind))).toEqual(new Set(kinds.map(([kind]) => kind)));
    expect(new Set(drawn.map(({ lane }) => lane))).toEqual(new Set(['', 'beta']));
    const ways = drawn.flatMap(({ leaving }) => leaving?.in ?? []);
    expect(new Set(ways)).toEqual(new Set(['upload', 'waiting', 'download']));
    // 5 % of 1,000 requests are 50, with a standard deviation of 7.
    expect(ways.length).toBeGreaterThan(15);
    expect(ways.length).toBeLessThan(85);
  });

  it('have unique ids', () => {
    const random = randomOf(1, 'client');
    const ids = Array.from({ length: 200 }, (_, number) =>
      (number % 2 === 0 ? drawRequest : greedyRequest)(random, `1-${number}`),
    ).map(({ id }) => id);
    expect(new Set(ids).size).toBe(200);
  });
});

describe('visitors', () => {
  const SET = ['a=b; Path=/', '__plimsoll_shop=token; Path=/shop; HttpOnly'];

  it('each keep the cookie of their own session', () => {
    const visitors = new Visitors();
    const [one, other] = [visitors.next(), visitors.next()];
    expect(visitors.cookie(one)).toBe('');
    expect(visitors.keep(one, SET)).toMatch(/^[\w-]{12}$/);
    expect(visitors.cookie(one)).toBe('__plimsoll_shop=token');
    expect(visitors.cookie(other)).toBe('');
    expect(visitors.keep(one, [])).toBe('');
    expect(visitors.cookie(one)).toBe('__plimsoll_shop=token');
  });

  it('are replaced by visitors without a cookie from time to time', () => {
    const visitors = new Visitors();
    const had: string[] = [];
    for (let i = 0; i < 1_000; i++) {
      const place = visitors.next();
      had.push(visitors.cookie(place));
      visitors.keep(place, SET);
    }
    const without = had.filter((cookie) => cookie === '').length;
    expect(without).toBeGreaterThan(10);
    expect(without).toBeLessThan(100);
  });
});
