import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { KeyMap } from '../../../shared/contracts/key_map.ts';
import { compact, orderByKey, sizeOf } from '../../../shared/hashing/key_map.ts';

const ids = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 });
const index = fc.oneof(fc.nat({ max: 10 }), fc.nat({ max: 255 }));
const bytes = fc.array(index, { maxLength: 30 }).map((all) => Uint8Array.from(all));
const points = fc.array(fc.nat({ max: 2 ** 32 - 1 }), { maxLength: 30 }).map((all) => Uint32Array.from(all));
const number = fc.oneof(fc.double(), fc.integer());

/** Any map at all, also such as no strategy makes. */
const anyMap: fc.Arbitrary<KeyMap> = fc.oneof(
  fc.record({ by: fc.constant('rendezvous' as const), ids, weights: fc.array(number) }),
  fc.record({ by: fc.constant('maglev' as const), ids, slots: bytes }),
  fc.record({ by: fc.constant('ketama' as const), ids, points, owners: bytes }),
  fc.record({
    by: fc.constant('jump' as const),
    ids,
    numbers: fc.array(number),
    shards: fc.integer({ min: 1, max: 1_000_000 }),
  }),
);

describe('orderByKey', () => {
  it('names the wanted number of targets, without duplicates, whatever is in the map', () => {
    fc.assert(
      fc.property(anyMap, fc.string(), fc.integer({ min: 1, max: 8 }), (map, key, count) => {
        const order = orderByKey(map, key, count);
        expect(order).toHaveLength(Math.min(count, map.ids.length));
        expect(new Set(order).size).toBe(order.length);
        for (const id of order) expect(map.ids).toContain(id);
      }),
      { seed: 1, numRuns: 1_000 },
    );
  });

  it('needs a bounded number of lookups to name every target of a map without shards', () => {
    const all = Array.from({ length: 10_000 }, (_, id) => `p/${id}`);
    const numbers = all.map(() => -1);
    const lookUp = vi.spyOn(numbers, 'lastIndexOf');
    const map: KeyMap = { by: 'jump', ids: all, numbers, shards: 1_000_000 };
    expect(orderByKey(map, 'key', all.length)).toHaveLength(all.length);
    expect(lookUp.mock.calls.length).toBeLessThanOrEqual(512);
  });

  it('starts with the same targets, however many are wanted', () => {
    const map: KeyMap = { by: 'rendezvous', ids: ['a', 'b', 'c', 'd'], weights: [1, 0.5, 2, 1] };
    for (let key = 0; key < 100; key++) {
      const all = orderByKey(map, `k${key}`, 4);
      for (const count of [1, 2, 3]) expect(orderByKey(map, `k${key}`, count)).toEqual(all.slice(0, count));
    }
  });

  it('gives the same order for a map that was sent to another Worker', () => {
    fc.assert(
      fc.property(anyMap, fc.string(), (map, key) => {
        expect(orderByKey(structuredClone(map), key, 3)).toEqual(orderByKey(map, key, 3));
      }),
      { seed: 2 },
    );
  });
});

it('numbers take as few bytes each as the largest one needs', () => {
  expect(compact([0, 255], 256)).toEqual(Uint8Array.of(0, 255));
  expect(compact([0, 256], 257)).toEqual(Uint16Array.of(0, 256));
  expect(compact([0, 65_536], 65_537)).toEqual(Uint32Array.of(0, 65_536));
});

it('counts the bytes of tables and rings', () => {
  expect(sizeOf({ by: 'maglev', ids: ['a'], slots: new Uint16Array(100) })).toBe(264);
  expect(
    sizeOf({ by: 'ketama', ids: ['a', 'b'], points: new Uint32Array(10), owners: new Uint8Array(10) }),
  ).toBe(178);
});
