import { expect, it } from 'vitest';
import { fingerprint } from '../../../shared/hashing/lanes.ts';

it('is a safe integer, and differs for nearly every text', () => {
  const seen = new Set<number>();
  for (let i = 0; i < 50_000; i++) seen.add(fingerprint(`198.51.${i >> 8}.${i & 255}`));
  expect(seen.size).toBe(50_000);
  for (const value of seen) expect(Number.isSafeInteger(value) && value >= 0).toBe(true);
});

it('uses all 53 bits: each is set for half of the texts', () => {
  const counts = new Array<number>(53).fill(0);
  const texts = 4_000;
  for (let i = 0; i < texts; i++) {
    const bits = fingerprint(`k${i}`).toString(2).padStart(53, '0');
    for (const [at, bit] of [...bits].entries()) if (bit === '1') counts[at] = (counts[at] ?? 0) + 1;
  }
  // Five standard deviations of a fair coin: 5 * √(4000 / 4) = 158.
  for (const count of counts) expect(Math.abs(count - texts / 2)).toBeLessThan(158);
});
