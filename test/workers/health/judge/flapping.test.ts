import { describe, expect, it } from 'vitest';
import { type Flaps, flapsAfter, HALF_LIFE_MS } from '../../../../workers/health/judge/flapping.ts';

const MINUTE = 60_000;

/** The result of falls at these minutes. */
function afterFalls(...minutes: number[]): Flaps | undefined {
  return minutes.reduce<Flaps | undefined>((flaps, at) => flapsAfter(flaps, true, at * MINUTE), undefined);
}

describe('flapsAfter', () => {
  it('holds back at the third consecutive fall, not at the second', () => {
    expect(afterFalls(0, 1)?.held).toBe(false);
    expect(afterFalls(0, 1, 2)?.held).toBe(true);
  });

  it('holds back after three falls within twenty minutes', () => {
    // With x = 2 ** (-gap / 15 min) the penalty is 1,000 (1 + x + x ** 2): above 2,000 for a gap below 10.4 min.
    expect(afterFalls(0, 10, 20)?.held).toBe(true);
    expect(afterFalls(0, 11, 22)?.held).toBe(false);
  });

  it('does not hold back after three falls in an afternoon', () => {
    expect(afterFalls(0, 60, 120)?.held).toBe(false);
  });

  it('halves the penalty every quarter of an hour', () => {
    expect(flapsAfter({ penalty: 800, at: 0, held: false }, true, HALF_LIFE_MS)?.penalty).toBeCloseTo(1_400);
  });

  it('releases after about half an hour without a fall, and later after more falls', () => {
    const release = (flaps: Flaps | undefined) => {
      for (let minute = 0; minute < 300; minute++)
        if (flapsAfter(flaps, false, (flaps?.at ?? 0) + minute * MINUTE)?.held !== true) return minute;
      throw new Error('never');
    };
    // log2(2,910 / 750) half-lives.
    expect(release(afterFalls(0, 1, 2))).toBe(30);
    expect(release(afterFalls(0, 1, 2, 3, 4, 5))).toBeGreaterThan(40);
    // However many falls: four half-lives, because the ceiling is 750 × 2⁴.
    expect(release(afterFalls(...Array.from({ length: 60 }, (_, minute) => minute)))).toBe(61);
  });

  it('releases after the same time when the clock is set back by an hour', () => {
    const flaps = afterFalls(60, 61, 62);
    const since = flapsAfter(flaps, false, 2 * MINUTE);
    expect(since).toEqual({ ...flaps, at: 2 * MINUTE });
    expect(flapsAfter(since, false, 31 * MINUTE)?.held).toBe(true);
    expect(flapsAfter(since, false, 32 * MINUTE)?.held).toBe(false);
  });

  it('returns the same object while nothing changes, and finally forgets', () => {
    const once = afterFalls(0);
    expect(flapsAfter(once, false, MINUTE)).toBe(once);
    expect(flapsAfter(once, false, 60 * MINUTE)).toBeUndefined();
    expect(flapsAfter(undefined, false, 0)).toBeUndefined();
  });
});
