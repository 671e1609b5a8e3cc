import { describe, expect, it } from 'vitest';
import { OPTION_DEFAULTS } from '../../../../shared/strategies/strategies.ts';
import type { Draw, Strategy } from '../../../../shared/strategies/strategy.ts';
import { type Job, RANK_BATCH, type RankBatch } from '../../../../workers/selector/scripts/rank_batch.ts';

// Runs in Node.js, because the Workers runtime does not import a module from text.

const { rankBatch } = (await import(`data:text/javascript,${encodeURIComponent(RANK_BATCH)}`)) as RankBatch;

const TARGETS = ['a', 'b', 'c'].map((id) => ({ id, weight: 1 }));

function job(some: Partial<Job> = {}): Job {
  const maps = { default_pools: [], region_pools: {}, country_pools: {}, pop_pools: {} };
  const options = { ...OPTION_DEFAULTS, ...maps, limit: 2 };
  return { targets: TARGETS, facts: {}, options, want: 3, seed: [1, 2, 3, 4], first: 100, ...some };
}

/** A script that passes its draws to a callback. */
function noting(use: Strategy['use'], note: (draw: Draw) => void, once = false) {
  const rank: Strategy['rank'] = (targets, _facts, draw) => {
    note(draw);
    const order = targets.map(({ id }) => id);
    return once ? { order, use: 'once' } : { order };
  };
  return { default: { name: 'x', reads: [], use, weighted: false, rank } satisfies Strategy<never> };
}

describe('RANK_BATCH', () => {
  it('ranks as often as asked, cuts rankings to the limit, and counts up its sequence', () => {
    const taken: number[] = [];
    const script = noting('once', (draw) => void taken.push(draw.next(), draw.next()));
    const [done] = rankBatch(script, [job()]);
    expect(done).toEqual({ rankings: Array(3).fill({ order: ['a', 'b'] }), taken: 6 });
    expect(taken).toEqual([100, 101, 102, 103, 104, 105]);
  });

  it('ranks once if rankings repeat, unless one of them was drawn', () => {
    const count = (once: boolean) =>
      rankBatch(
        noting('repeat', () => {}, once),
        [job()],
      )[0]?.rankings.length;
    expect(count(false)).toBe(1);
    expect(count(true)).toBe(3);
  });

  it('draws evenly, and its draws depend on the seed alone', () => {
    const draw = (seed: number[]) => {
      const drawn: number[] = [];
      const script = noting('once', ({ random }) => void drawn.push(random()));
      rankBatch(script, [job({ want: 10_000, seed })]);
      return drawn;
    };
    const drawn = draw([1, 2, 3, 4]);
    expect(draw([1, 2, 3, 4])).toEqual(drawn);
    expect(draw([1, 2, 3, 5])).not.toEqual(drawn);
    expect(drawn.every((value) => value >= 0 && value < 1)).toBe(true);
    const tenths = Array.from({ length: 10 }, (_, i) => drawn.filter((x) => Math.floor(x * 10) === i).length);
    // χ² with 9 degrees of freedom stays below 27.88 for 999 of 1,000 seeds. The seed is fixed.
    expect(tenths.reduce((sum, count) => sum + (count - 1_000) ** 2 / 1_000, 0)).toBeLessThan(27.88);
  });
});
