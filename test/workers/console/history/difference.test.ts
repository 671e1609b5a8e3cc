import { describe, expect, it } from 'vitest';
import { readSource } from '../../../../shared/authoring/source/source.ts';
import { detailOf } from '../../../../workers/console/history/detail.ts';
import { differences } from '../../../../workers/console/history/difference.ts';
import { inHistory, origin, pool, twoPools } from './world.ts';

function between(before: unknown, after: unknown) {
  return differences(readSource(JSON.stringify(before)), readSource(JSON.stringify(after)));
}

describe('the differences of two versions', () => {
  it('name objects that were added, removed and changed, with each field that differs', () => {
    const { pools, ...file } = twoPools();
    const after = { ...file, pools: [pools[0], pool('asia')], monitors: [{ id: 'http', port: 0 }] };
    expect(between({ ...file, pools }, after)).toEqual([
      { list: 'pools', key: 'us', change: 'removed', fields: [] },
      { list: 'pools', key: 'asia', change: 'added', fields: [] },
      { list: 'monitors', key: 'http', change: 'changed', fields: [{ pointer: '/port', after: 0 }] },
    ]);
  });

  it('go into objects and into lists of the same names', () => {
    const before = pool('eu', { origin_steering: { policy: 'hash', 'a/b': 1 } });
    const after = {
      ...pool('eu', { origin_steering: { policy: 'random' } }),
      origins: [origin('eu-1', { weight: 0 }), origin('eu-2')],
    };
    expect(between({ pools: [before] }, { pools: [after] })[0]?.fields).toEqual([
      { pointer: '/origins/0/weight', after: 0 },
      { pointer: '/origin_steering/policy', before: 'hash', after: 'random' },
      { pointer: '/origin_steering/a~1b', before: 1 },
    ]);
  });

  it('show a list whole if its names changed', () => {
    const fields = between({ pools: [pool('eu')] }, { pools: [{ ...pool('eu'), origins: [] }] })[0]?.fields;
    expect(fields).toEqual([{ pointer: '/origins', before: pool('eu')['origins'], after: [] }]);
  });

  it('are none for comments, white space and the order of keys', () => {
    const text = '{ "pools": [{ "name": "a", "origins": [] }] }';
    const other = '{ /* why */ "pools": [ {"origins":[],\n"name":"a"} ] }';
    expect(differences(readSource(text), readSource(other))).toEqual([]);
  });

  it('include other fields of the file', () => {
    const notifications = [{ name: 'ops', url: 'https://a.example.com' }];
    expect(
      between({ notifications }, { notifications: [{ name: 'ops', url: 'https://b.example.com' }] }),
    ).toEqual([
      {
        ...{ list: 'file', key: '', change: 'changed' },
        fields: [
          {
            pointer: '/notifications/0/url',
            before: 'https://a.example.com',
            after: 'https://b.example.com',
          },
        ],
      },
    ]);
  });

  it('of versions in the history are found by number', () =>
    inHistory(async (world) => {
      const { id } = await world.create('pools', pool('eu'));
      await world.merge('pools', id, { description: 'x' });
      expect(world.ledger.diff(1, 2)).toMatchObject([{ key: 'eu', fields: [{ pointer: '/description' }] }]);
      expect(world.ledger.diff(2, 1)).toMatchObject([{ fields: [{ before: 'x' }] }]);
      expect(() => world.ledger.diff(1, 3)).toThrow(expect.objectContaining({ status: 404 }));
    }));
});

describe('the detail of an audit row', () => {
  it('has each change in words', () => {
    const { pools, ...file } = twoPools();
    const changed = {
      ...file,
      pools: [pool('eu', { monitor: 'http', minimum_origins: 2 })],
      load_balancers: [],
    };
    expect(detailOf(between({ ...file, pools }, changed))).toBe(
      'load_balancers app.example.com removed; pools us removed; pools eu /minimum_origins unset -> 2',
    );
  });

  it('hides headers of monitors, however they change', () => {
    const monitor = (more: object) => ({ monitors: [{ id: 'm', ...more }] });
    for (const [before, after] of [
      [{}, { header: { Authorization: ['secret'] } }],
      [{ header: { Authorization: ['secret'] } }, { header: { Authorization: ['other'] } }],
      [{ header: { Authorization: ['secret'] } }, {}],
    ] as const) {
      const text = detailOf(between(monitor(before), monitor(after)));
      expect(text).toMatch(/^monitors m \/header/);
      expect(text).not.toMatch(/secret|other/);
    }
  });

  it('is cut', () => {
    const many = Array.from({ length: 500 }, (_, n) => pool(`pool-${n}`));
    expect(detailOf(between({}, { pools: many })).length).toBeLessThanOrEqual(1_001);
  });
});
