import { describe, expect, it } from 'vitest';
import { randomOf, xoshiro128 } from '../../../tools/project/random.ts';

describe('xoshiro128', () => {
  it('matches the reference implementation from the state 1, 2, 3, 4', () => {
    // The test vector of the crate rand_xoshiro, which was made with xoshiro128starstar.c 1.1.
    const next = xoshiro128([1, 2, 3, 4]);
    expect(Array.from({ length: 10 }, next)).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });
});

describe('randomOf', () => {
  const first = (seed: number, stream: string) => Array.from({ length: 5 }, randomOf(seed, stream));

  it('repeats itself for the same seed and stream', () => {
    expect(first(7, 'arrival')).toEqual(first(7, 'arrival'));
  });

  it('differs by stream, and by seeds above 32 bits', () => {
    expect(first(7, 'arrival')).not.toEqual(first(7, 'service'));
    expect(first(7, 'arrival')).not.toEqual(first(8, 'arrival'));
    expect(first(7, 'arrival')).not.toEqual(first(7 + 2 ** 32, 'arrival'));
  });

  it('is even over [0, 1)', () => {
    const random = randomOf(1, 'test');
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i++) {
      const value = random();
      expect(value >= 0 && value < 1).toBe(true);
      const tenth = Math.floor(value * 10);
      counts[tenth] = (counts[tenth] ?? 0) + 1;
    }
    const chi_square = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    // 9 degrees of freedom, p = 0.001.
    expect(chi_square).toBeLessThan(27.88);
  });
});
