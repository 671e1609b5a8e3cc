import { describe, expect, it } from 'vitest';
import { STRATEGIES } from '../../../shared/strategies/strategies.ts';
import { benchStrategies, type Cell } from '../../../tools/bench/strategies.ts';
import { growthOf, strategyFigures, strategyTable } from '../../../tools/bench/strategies_table.ts';

const cell = (strategy: string, origins: number, decision_us: number[]): Cell => ({
  strategy,
  origins,
  decision_us,
  build_us: [],
});

describe('benchStrategies', () => {
  it('measures every shipped strategy at every size, and its table if it has one', () => {
    const cells = benchStrategies({ rounds: 2, batch_ms: 0.05, builds: 1 }, [3, 10]);
    expect(new Set(cells.map(({ strategy }) => strategy))).toEqual(new Set(Object.keys(STRATEGIES)));
    expect(cells).toHaveLength(2 * Object.keys(STRATEGIES).length);
    for (const { decision_us } of cells) {
      expect(decision_us).toHaveLength(2);
      for (const us of decision_us) expect(us).toBeGreaterThan(0);
    }
    const built = cells.filter(({ build_us }) => build_us.length > 0).map(({ strategy }) => strategy);
    expect(built).toContain('maglev');
    expect(built).not.toContain('random');
  });

  it('refuses an unknown strategy', () => {
    expect(() => benchStrategies({ rounds: 1, batch_ms: 0.05, builds: 1 }, [3], ['nosuch'])).toThrow(
      /nosuch/,
    );
  });
});

describe('growthOf', () => {
  it('compares medians with the most and the fewest origins', () => {
    const cells = [cell('maglev', 3, [1, 10, 1]), cell('maglev', 3_000, [1.5, 15, 1.5])];
    expect(growthOf(cells)).toEqual([
      { strategy: 'maglev', fewest: 3, most: 3_000, ratio: 1.5, growth: 'none' },
    ]);
  });

  it.each([
    [5, 'logarithm', 'Grow with the logarithm: ketama (5.0 ×).'],
    [30, 'more', 'Grow: ketama (30.0 ×).'],
  ])('distinguishes logarithmic growth from faster growth: %d ×', (us, growth, words) => {
    const cells = [cell('ketama', 3, [1]), cell('ketama', 3_000, [us])];
    expect(growthOf(cells)[0]?.growth).toBe(growth);
    expect(strategyTable(cells)).toContain(words);
  });
});

describe('strategyFigures', () => {
  it('has medians', () => {
    const { figures } = strategyFigures([cell('random', 3, [5, 1, 3])]);
    expect(figures[0]?.decision_us?.median).toBe(3);
  });
});
