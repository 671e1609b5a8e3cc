import { describe, expect, it } from 'vitest';
import { fillSlots, maglevHash, maglevLookup, maglevTable } from '../../../shared/hashing/maglev.ts';
import { tally } from '../../support/rankings.ts';

/** Nodes called `127.0.0.1:90` and so on, as in Envoy's tests. */
const nodes = (...weights: number[]) =>
  weights.map((weight, index) => ({ key: `127.0.0.1:${90 + index}`, weight }));

describe('maglevTable', () => {
  it("makes Envoy's tables: equal weights and unequal ones (maglev_lb_test.cc, Basic and Weighted)", () => {
    expect([...maglevTable(nodes(1, 1, 1, 1, 1, 1), 7)]).toEqual([2, 4, 0, 1, 5, 0, 3]);
    expect([...maglevTable(nodes(1, 2), 17)]).toEqual([1, 0, 0, 1, 0, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 0, 1]);
  });

  it("fills slots as in the paper's table 1, with B1 and without", () => {
    const orders = [
      [3, 4],
      [0, 2],
      [3, 1],
    ].map(([slot = 0, skip = 0], index) => ({ index, slot, skip, share: 1 / 3 }));
    expect([...fillSlots(orders, 7)]).toEqual([1, 0, 1, 0, 2, 2, 0]);
    const without = orders.filter(({ index }) => index !== 1).map((turn) => ({ ...turn, share: 1 / 2 }));
    expect([...fillSlots(without, 7)]).toEqual([0, 0, 0, 0, 2, 2, 2]);
  });

  it('refuses a size that is not prime', () => {
    expect(() => maglevTable(nodes(1), 8)).toThrow(RangeError);
  });

  it('does not depend on the order of nodes', () => {
    const list = nodes(1, 2, 3, 4, 5);
    const keys = (order: typeof list) => [...maglevTable(order, 1_009)].map((index) => order[index]?.key);
    expect(keys([...list].reverse())).toEqual(keys(list));
  });

  it('gives equal nodes slots that differ by one at most', () => {
    const counts = [...tally([...maglevTable(nodes(1, 1, 1, 1, 1, 1, 1), 1_009)].map(String)).values()];
    expect(counts).toHaveLength(7);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  });

  it('gives the heaviest a slot in every round and the others by their weight', () => {
    const counts = tally([...maglevTable(nodes(1, 2, 5), 65_537)].map(String));
    const rounds = counts.get('2') ?? 0;
    expect(counts.get('0')).toBeCloseTo(rounds / 5, -1);
    expect(counts.get('1')).toBeCloseTo((rounds * 2) / 5, -1);
  });

  it('moves few keys of the other nine nodes when one of ten leaves', () => {
    const list = nodes(...new Array<number>(10).fill(1));
    const [before, after] = [maglevTable(list, 65_537), maglevTable(list.slice(0, 9), 65_537)];
    const stayed = [...before].filter((index) => index < 9).length;
    const moved = [...before].filter((index, slot) => index < 9 && after[slot] !== index).length;
    // The paper's figure 12: well below 5 % of entries for tables of 100 slots a node and more.
    expect(moved / stayed).toBeLessThan(0.05);
  });

  it('has no slots without nodes, and none for a node of weight 0', () => {
    expect(maglevTable([], 7)).toHaveLength(0);
    expect(new Set(maglevTable(nodes(1, 0, 1), 7))).toEqual(new Set([0, 2]));
  });
});

describe('maglevLookup', () => {
  const table = maglevTable(nodes(1, 1, 1), 1_009);

  it('is the slot at the hash of the key', () => {
    expect(maglevLookup(table, 1_009n * 5n + 17n)).toBe(table[17]);
  });

  it('finds other slots in later attempts, always the same', () => {
    const hash = maglevHash('key');
    const way = (from: bigint) =>
      Array.from({ length: 20 }, (_, attempt) => maglevLookup(table, from, attempt));
    expect(way(hash)).toEqual(way(hash));
    expect(new Set(way(hash)).size).toBe(3);
    // hash ^ (2^64 - 1) for the first retry.
    expect(maglevLookup(table, hash, 1)).toBe(table[Number((hash ^ ((1n << 64n) - 1n)) % 1_009n)]);
  });
});
