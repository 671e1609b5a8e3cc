import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSampler, seededRandom } from '../../../../tools/local/sql/sampler.ts';

describe('createSampler', () => {
  it('keeps everything at an interval of 1', () => {
    const keeps = createSampler(1, seededRandom(1));
    expect(Array.from({ length: 10 }, () => keeps('a'))).toEqual(Array(10).fill(true));
  });

  it('keeps the weighted count of each index within one interval, whatever other indexes do', () => {
    const counts = fc.array(fc.nat(200), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(counts, fc.integer({ min: 2, max: 50 }), fc.integer(), (points, interval, seed) => {
        const keeps = createSampler(interval, seededRandom(seed));
        const kept = points.map(() => 0);
        for (let round = 0; round < Math.max(...points); round++)
          for (const [index, count] of points.entries())
            if (round < count && keeps(`index ${index}`)) kept[index] = (kept[index] ?? 0) + 1;
        for (const [index, count] of points.entries())
          expect(Math.abs((kept[index] ?? 0) * interval - count)).toBeLessThan(interval);
      }),
    );
  });

  it('keeps a random point of each interval, so it does not follow a regular pattern in the traffic', () => {
    const keeps = createSampler(10, seededRandom(7));
    const places = new Set<number>();
    for (let point = 0; point < 1_000; point++) if (keeps('a')) places.add(point % 10);
    // 100 draws of ten places: one that is never drawn has a probability below 10 × 0.9^100 = 0.03 %.
    expect(places.size).toBe(10);
  });

  it('keeps the same points with the same seed', () => {
    const run = (seed: number) => {
      const keeps = createSampler(5, seededRandom(seed));
      return Array.from({ length: 100 }, () => keeps('a'));
    };
    expect(run(3)).toEqual(run(3));
    expect(run(3)).not.toEqual(run(4));
  });
});
