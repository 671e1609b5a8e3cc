import { describe, expect, it } from 'vitest';
import {
  accountOf,
  objectWith,
  requireOwn,
  zoneOf,
  zonesOf,
} from '../../../../../workers/console/routes/cloudflare/own_ids.ts';
import { ACCOUNT, listsOf, ZONE } from './call.ts';

const C = 'c'.repeat(32);
const D = 'd'.repeat(32);
const request = new Request('http://localhost/client/v4/zones/x');

describe('accountOf', () => {
  it('takes ACCOUNT_ID if it is an id of Cloudflare, else one of its own', () => {
    expect(accountOf({ ACCOUNT_ID: C }).id).toBe(C);
    expect([accountOf({}).id, accountOf({ ACCOUNT_ID: 'local' }).id]).toEqual([ACCOUNT, ACCOUNT]);
  });
});

describe('zonesOf', () => {
  it('reads ZONES', () => {
    expect(zonesOf({ ZONES: `${C} example.com, ${D}  Example.ORG,` })).toEqual([
      { id: C, name: 'example.com' },
      { id: D, name: 'example.org' },
    ]);
  });

  it('has one zone without ZONES', () => {
    expect(zonesOf({})).toEqual([{ id: ZONE, name: 'example.com' }]);
    expect(zonesOf({ ZONES: ' ', ZONE_NAME: 'shop.test' })).toEqual([{ id: ZONE, name: 'shop.test' }]);
  });

  it.each(['example.com', `${C}`, `${C} a b`, 'xyz example.com'])('refuses ZONES = %j', (ZONES) => {
    expect(() => zonesOf({ ZONES })).toThrow(/ZONES/);
  });
});

describe('zoneOf', () => {
  const owner = { ZONES: `${C} example.com, ${D} app.example.com` };

  it.each([
    ['example.com', C],
    ['www.example.com', C],
    ['*.app.example.com', D],
    ['notexample.com', C],
    ['*', C],
  ])('gives %s the zone with the longest fitting name, else the first', (host, id) => {
    expect(zoneOf(owner, host).id).toBe(id);
  });
});

describe('requireOwn', () => {
  it('lets the own account and zone through', () => {
    expect(() => requireOwn({}, { account_id: ACCOUNT, zone_id: ZONE }, request)).not.toThrow();
  });

  it.each([
    [{ account_id: C }, 403, 9_109],
    [{ zone_id: C }, 403, 9_109],
    [{ account_id: 'x' }, 404, 7_003],
    [{ zone_id: ZONE.toUpperCase() }, 404, 7_003],
  ])('refuses %j with %i', (params: Record<string, string>, status, code) => {
    const refused = expect.objectContaining({
      status,
      mistakes: expect.arrayContaining([expect.objectContaining({ code })]),
    });
    let thrown: unknown;
    try {
      requireOwn({}, params, request);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toEqual(refused);
  });
});

describe('objectWith', () => {
  const { pools } = listsOf({ pools: [{ name: 'eu' }] });

  it('finds an object by its id', () => {
    expect(objectWith(pools, pools[0]?.id, request).key).toBe('eu');
  });

  it.each([
    [C, 'does not exist'],
    ['eu', 'Could not route to /zones/x'],
  ])('answers 404 to %s', (id, message) => {
    expect(() => objectWith(pools, id, request)).toThrow(message);
  });
});
