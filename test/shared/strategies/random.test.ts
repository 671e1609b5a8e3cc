import { describe, expect, it } from 'vitest';
import { random } from '../../../shared/strategies/random.ts';
import { CHI_SQUARE_P001, chiSquare, drawOf, options, tally, targets } from '../../support/rankings.ts';

describe('random', () => {
  it('draws the second target by weight among those left', () => {
    const list = targets({ a: 5, b: 1, c: 3 });
    const draw = drawOf(7);
    const orders = Array.from({ length: 30_000 }, () => random.rank(list, {}, draw, options()).order);
    const afterA = tally(orders.filter(([first]) => first === 'a').map(([, second]) => second));
    expect(chiSquare(afterA, { b: 1, c: 3 })).toBeLessThan(CHI_SQUARE_P001[1] ?? 0);
  });

  it('draws only as many targets as will be used', () => {
    let drawn = 0;
    const draw = { ...drawOf(1), random: () => drawn++ / 10 };
    expect(random.rank(targets({ a: 1, b: 1, c: 1 }), {}, draw, options({ limit: 2 })).order).toHaveLength(2);
    expect(drawn).toBe(2);
  });

  it('takes the last target when rounding puts the draw beyond the end', () => {
    const draw = { ...drawOf(1), random: () => 1 };
    expect(random.rank(targets({ a: 0.1, b: 0.2 }), {}, draw, options({ limit: 1 })).order).toEqual(['b']);
  });
});
