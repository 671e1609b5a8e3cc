import { describe, expect, it } from 'vitest';
import {
  finderOf,
  type Lists,
  referralsOf,
  referrersOf,
} from '../../../../shared/authoring/references/graph.ts';
import { OBJECT_LISTS } from '../../../../shared/authoring/source/lists.ts';
import { everything } from '../everything.ts';

interface Named {
  key: string;
  value: Readonly<Record<string, unknown>>;
}

const keyed = (values: readonly object[]): Named[] =>
  values.map((object) => {
    const value = { ...object } as Record<string, unknown>;
    return { key: String(value['id'] ?? value['name']), value };
  });

function listsOf(file: Partial<Record<keyof Lists<Named>, readonly object[]>>): Lists<Named> {
  const { load_balancers = [], pools = [], monitors = [], monitor_groups = [] } = file;
  return {
    load_balancers: keyed(load_balancers),
    pools: keyed(pools),
    monitors: keyed(monitors),
    monitor_groups: keyed(monitor_groups),
  };
}

describe('finderOf', () => {
  it('finds a pool by its id or name, and an id before a name', () => {
    const lists = listsOf({
      pools: [
        { id: 'a', name: 'b' },
        { id: 'b', name: 'c' },
      ],
    });
    const find = finderOf(lists);
    expect(['a', 'b', 'c', 'd'].map((name) => find('pools', name)?.key)).toEqual(['a', 'b', 'b', undefined]);
  });
});

describe('referrersOf', () => {
  it('names each referrer of a pool once, and webhooks if they are given', () => {
    const lists = listsOf({
      load_balancers: [
        { name: 'x.example', default_pools: ['eu', 'Europe'], fallback_pool: 'eu' },
        { name: 'y.example', default_pools: ['us'], rules: [{ overrides: { pool_weights: { Europe: 1 } } }] },
        { name: 'z.example', default_pools: ['us'] },
      ],
      pools: [{ id: 'eu', name: 'Europe' }, { name: 'us' }],
    });
    const [eu] = lists.pools;
    if (eu === undefined) throw new Error('no pool');
    const hooks = [{ name: 'ops', pools: ['eu'] }, { name: 'all' }];
    const found = referrersOf(lists, 'pools', eu, hooks).map(({ list, key }) => `${list} ${key}`);
    expect(found).toEqual(['load_balancers x.example', 'load_balancers y.example', 'notifications ops']);
  });

  it('is the other side of referralsOf', () => {
    const lists = listsOf(everything());
    const pairs = (all: string[]) => all.toSorted();
    const forth = OBJECT_LISTS.flatMap((list) =>
      lists[list].flatMap((from) =>
        referralsOf(lists, list, from).map((to) => `${list} ${from.key} -> ${to.list} ${to.object.key}`),
      ),
    );
    const back = OBJECT_LISTS.flatMap((list) =>
      lists[list].flatMap((to) =>
        referrersOf(lists, list, to).map((from) => `${from.list} ${from.key} -> ${list} ${to.key}`),
      ),
    );
    expect(forth.length).toBeGreaterThan(5);
    expect(pairs(back)).toEqual(pairs(forth));
  });
});
