import { describe, expect, it } from 'vitest';
import { shedsByClient, shedsByLot, shedsSession, shedsTraffic } from '../../../shared/balancing/shedding.ts';
import type { LoadShedding } from '../../../shared/model/config.ts';
import { seeded } from '../../support/rankings.ts';

function pool(some: Partial<LoadShedding>, id = 'eu') {
  return {
    id,
    load_shedding: { default_percent: 0, default_policy: 'random', session_percent: 0, ...some } as const,
  };
}

/** 5,000 clients of as many networks. */
const CLIENTS = Array.from({ length: 5_000 }, (_, i) => `198.${18 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`);

/** Clients for whom the test holds. */
const those = (holds: (address: string) => boolean) => CLIENTS.filter(holds);
const never = () => {
  throw new Error('nothing must be drawn');
};

/** Four standard deviations of a binomial over all clients. */
function near(percent: number) {
  const p = percent / 100;
  const slack = 4 * Math.sqrt(CLIENTS.length * p * (1 - p));
  return { least: CLIENTS.length * p - slack, most: CLIENTS.length * p + slack };
}

function expectShare(count: number, percent: number) {
  const { least, most } = near(percent);
  expect(count).toBeGreaterThan(least);
  expect(count).toBeLessThan(most);
}

describe('shedding by lot', () => {
  it.each([1, 25, 99])('keeps %i percent of the requests away', (default_percent) => {
    const random = seeded(1);
    expectShare(
      those((address) => shedsTraffic(pool({ default_percent }), false, address, random)).length,
      default_percent,
    );
  });

  it('keeps no request away at 0 and every request at 100, without drawing', () => {
    for (const pinned of [false, true]) {
      expect(those((address) => shedsTraffic(pool({}), pinned, address, never))).toEqual([]);
      expect(
        those((address) => shedsTraffic(pool({ default_percent: 100 }), pinned, address, never)),
      ).toHaveLength(CLIENTS.length);
    }
    expect(shedsTraffic({ id: 'eu' }, true, '', never)).toBe(false);
  });
});

describe('shedding by client', () => {
  it('keeps the same clients away each time, and additional ones when the share grows', () => {
    const shed = (default_percent: number) =>
      those((address) =>
        shedsTraffic(pool({ default_percent, default_policy: 'hash' }), false, address, never),
      );
    expectShare(shed(20).length, 20);
    expect(shed(20)).toEqual(shed(20));
    expect(shed(40)).toEqual(expect.arrayContaining(shed(20)));
  });

  it('keeps other clients away from another pool', () => {
    const shed = (id: string) =>
      new Set(
        those((address) =>
          shedsTraffic(pool({ default_percent: 50, default_policy: 'hash' }, id), false, address, never),
        ),
      );
    const us = shed('us');
    const both = [...shed('eu')].filter((address) => us.has(address));
    expectShare(both.length, 25);
  });

  it('treats an IPv6 client as its /64', () => {
    const sheds = (address: string) =>
      shedsTraffic(pool({ default_percent: 50, default_policy: 'hash' }), false, address, never);
    for (let i = 0; i < 50; i++)
      expect(sheds(`2001:db8:0:7::${i.toString(16)}`)).toBe(sheds('2001:db8:0:7::'));
  });
});

describe('shedding sessions', () => {
  it('sheds the same sessions each time, whatever the policy for other traffic', () => {
    for (const default_policy of ['random', 'hash'] as const) {
      const shed = those((address) => shedsSession(pool({ session_percent: 30, default_policy }), address));
      expectShare(shed.length, 30);
      expect(shed).toEqual(those((address) => shedsSession(pool({ session_percent: 30 }), address)));
    }
    expect(those((address) => shedsSession(pool({ default_percent: 100 }), address))).toEqual([]);
    expect(shedsSession({ id: 'eu' }, '192.0.2.1')).toBe(false);
  });

  it.each(['random', 'hash'] as const)(
    'does not let those in again whose sessions it sends away (%s)',
    (default_policy) => {
      const shedding = pool({ default_percent: 10, session_percent: 30, default_policy });
      const gone = those((address) => shedsSession(shedding, address));
      for (const address of gone) expect(shedsTraffic(shedding, true, address, () => 0.999)).toBe(true);
      // A balancer without sessions does not know of them.
      expectShare(
        those((address) =>
          shedsTraffic(shedding, false, address, seeded(Number(address.replaceAll('.', '')))),
        ).length,
        10,
      );
    },
  );

  it.each([
    [40, 10],
    [10, 40],
    [40, 40],
    [100, 10],
  ])(
    'keeps the greater of both shares away from a balancer with sessions: %i and %i percent',
    (default_percent, session_percent) => {
      const random = seeded(3);
      const shed = those((address) =>
        shedsTraffic(pool({ default_percent, session_percent }), true, address, random),
      );
      const percent = Math.max(default_percent, session_percent);
      if (percent === 100) expect(shed).toHaveLength(CLIENTS.length);
      else expectShare(shed.length, percent);
    },
  );
});

describe('what an answer with shedding depends on', () => {
  it.each([
    ['nothing', {}, false, false, false],
    ['a lot', { default_percent: 5 }, true, false, true],
    ['nothing, for all are shed', { default_percent: 100 }, true, false, false],
    ['the client', { default_percent: 5, default_policy: 'hash' }, false, true, false],
    ['nothing, because no session is pinned', { session_percent: 5 }, false, false, false],
    ['the client, for sessions are pinned', { session_percent: 5 }, true, true, false],
    ['both', { session_percent: 5, default_percent: 6 }, true, true, true],
  ] as const)('is %s with %o, pinned: %s', (_, some, pinned, by_client, by_lot) => {
    expect(shedsByClient(pool(some), pinned)).toBe(by_client);
    expect(shedsByLot(pool(some), pinned)).toBe(by_lot);
  });
});
