import { expect, it } from 'vitest';
import { EvenDraw } from '../../../shared/balancing/even_draw.ts';

it('falls into a share of its range in proportion to its size, within three draws, from any start', () => {
  for (const start of [0, 0.1, 0.37, 0.5, 0.999]) {
    const draw = new EvenDraw(() => start);
    const values = Array.from({ length: 1_000 }, () => draw.next());
    for (let first = 0; first + 64 <= values.length; first += 7)
      for (const [from, to] of [
        [0, 0.5],
        [0.25, 0.5],
        [0.5, 0.625],
        [0.9, 1],
        [0, 1 / 3],
      ] as const) {
        const inside = values.slice(first, first + 64).filter((at) => at >= from && at < to).length;
        expect(Math.abs(inside - 64 * (to - from))).toBeLessThan(3);
      }
  }
});

it('stays below 1 and never repeats itself', () => {
  const draw = new EvenDraw(() => 0.5);
  const values = Array.from({ length: 100_000 }, () => draw.next());
  expect(values.every((at) => at >= 0 && at < 1)).toBe(true);
  expect(new Set(values).size).toBe(values.length);
});

it('draws nothing before the first call', () => {
  const draw = new EvenDraw(() => {
    throw new Error('drawn in global scope');
  });
  expect(() => draw.next()).toThrow('global scope');
});
