import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Lru } from '../../../../workers/gateway/state/lru.ts';

/** The simplest model of it: entries in the order of use. */
class Model {
  entries: [number, number][] = [];
  get(key: number): number | undefined {
    const found = this.entries.find(([one]) => one === key);
    if (found === undefined) return undefined;
    this.set(key, found[1]);
    return found[1];
  }
  set(key: number, value: number): void {
    this.entries = [...this.entries.filter(([one]) => one !== key), [key, value] as [number, number]].slice(
      -3,
    );
  }
}

it('holds the entries used last, whatever is read and written', () => {
  const step = fc.record({ key: fc.nat({ max: 5 }), value: fc.nat(), write: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const lru = new Lru<number, number>(3);
      const model = new Model();
      for (const { key, value, write } of steps) {
        if (write) {
          lru.set(key, value);
          model.set(key, value);
        } else expect(lru.get(key)).toBe(model.get(key));
        expect([...lru.values()]).toEqual(model.entries.map(([, held]) => held));
        expect(lru.size).toBe(model.entries.length);
      }
    }),
    { seed: 1 },
  );
});

it('holds nothing after it is cleared', () => {
  const lru = new Lru<string, number>(2);
  lru.set('a', 1);
  lru.clear();
  expect([lru.get('a'), lru.size]).toEqual([undefined, 0]);
});
