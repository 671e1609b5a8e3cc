import { describe, expect, it } from 'vitest';
import { jumpHash } from '../../../shared/hashing/jump.ts';

const upTo = (key: bigint, count: number) => Array.from({ length: count }, (_, i) => jumpHash(key, i + 1));

describe('jumpHash', () => {
  it.each([
    [0n, new Array<number>(19).fill(0)],
    [1n, [0, 0, 0, 0, 0, 0, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 17, 17]],
    [0xdeadbeefn, [0, 1, 2, 3, 3, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 16, 16, 16]],
  ])('puts key %s where dgryski/go-jump does, from 1 to 19 buckets', (key, buckets) => {
    expect(upTo(key, buckets.length)).toEqual(buckets);
  });

  it('keeps a key in its bucket or moves it to the new one, 1 key in n', () => {
    let state = 1n;
    let moved = 0;
    const keys = 5_000;
    for (let i = 0; i < keys; i++) {
      // Knuth's 64-bit generator: any well mixed keys will do.
      state = BigInt.asUintN(64, state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n);
      const [before, after] = [jumpHash(state, 9), jumpHash(state, 10)];
      expect([before, 9]).toContain(after);
      if (after === 9) moved++;
    }
    // Binomial with p = 0.1: σ = √(0.09 / 5000) = 0.0042; four of them.
    expect(Math.abs(moved / keys - 0.1)).toBeLessThan(0.017);
  });
});
