import { expect, it } from 'vitest';
import { capacity } from '../../../shared/strategies/capacity.ts';
import { cost, costShares } from '../../../shared/strategies/cost.ts';
import { CHI_SQUARE_P001, chiSquare, drawOf, options, tally } from '../../support/rankings.ts';

const cheap = { id: 'cheap', weight: 1, cost: 1, capacity: 100 };
const dear = { id: 'dear', weight: 1, cost: 5, capacity: 300 };

it.each([
  [0, [1, 0]],
  [100, [1, 0]],
  [200, [0.5, 0.5]],
  [400, [0.25, 0.75]],
  // Beyond all capacities: shares by capacity.
  [4_000, [0.25, 0.75]],
])('fills the cheapest to its capacity, then the next: %d requests a second', (demand, shares) => {
  expect(costShares([cheap, dear], demand)).toEqual(shares);
});

it('gives a pool without a capacity everything that reaches it', () => {
  expect(costShares([cheap, { id: 'endless', weight: 1 }, dear], 1_000)).toEqual([0.1, 0.9, 0]);
});

it('multiplies its own rate by the number of isolates', () => {
  const draw = { ...drawOf(5), rate: () => 20 };
  const firsts = (isolates: number) =>
    tally(
      Array.from({ length: 4_000 }, () => cost.rank([dear, cheap], {}, draw, options({ isolates })).order[0]),
    );
  expect(firsts(1)).toEqual(new Map([['cheap', 4_000]]));
  expect(chiSquare(firsts(20), { cheap: 1, dear: 3 })).toBeLessThan(CHI_SQUARE_P001[1] ?? 0);
});

it('takes the cheapest pool if no rate is measured, with the next one behind it', () => {
  expect(cost.rank([dear, cheap], {}, drawOf(1), options()).order).toEqual(['cheap', 'dear']);
});

it('capacity weighs pools by their capacity', () => {
  const draw = drawOf(9);
  const firsts = tally(
    Array.from({ length: 4_000 }, () => capacity.rank([cheap, dear], {}, draw, options()).order[0]),
  );
  expect(chiSquare(firsts, { cheap: 1, dear: 3 })).toBeLessThan(CHI_SQUARE_P001[1] ?? 0);
});
