import { expect, it } from 'vitest';
import { priorityLoads } from '../../../shared/balancing/priority_loads.ts';
import { priority } from '../../../shared/strategies/priority.ts';
import { drawOf, options, tally } from '../../support/rankings.ts';

const levels = (...percents: number[]) =>
  percents.map((healthy, level) => ({ id: `p${level}`, weight: 1, healthy, total: 100 }));

it.each([
  [
    [100, 100],
    [100, 0],
  ],
  [
    [72, 100],
    [100, 0],
  ],
  [
    [71, 100],
    [99, 1],
  ],
  [
    [50, 100],
    [70, 30],
  ],
  [
    [25, 100],
    [35, 65],
  ],
  [
    [0, 100],
    [0, 100],
  ],
  [
    [71, 71],
    [99, 1],
  ],
  [
    [25, 25],
    [50, 50],
  ],
  [
    [5, 65],
    [7, 93],
  ],
  [
    [25, 25, 100],
    [35, 35, 30],
  ],
  [
    [25, 25, 20],
    [36, 36, 28],
  ],
])("spreads healthy %j over levels as Envoy's documentation says: %j", (healthy, loads) => {
  expect(priorityLoads(levels(...healthy), 140)).toEqual(loads);
});

it('spreads exactly 100 % over the levels', () => {
  for (let a = 0; a <= 100; a += 7)
    for (let b = 0; b <= 100; b += 9)
      for (let c = 0; c <= 100; c += 11) {
        const sum = priorityLoads(levels(a, b, c), 140).reduce((all, load) => all + load, 0);
        expect(sum).toBe(100);
      }
});

it('sends everything to the first level if its health is not known', () => {
  expect(priorityLoads([{}, {}], 140)).toEqual([100, 0]);
});

it('keeps all traffic on the first level until it is dead, if the factor is high enough', () => {
  expect(priorityLoads(levels(1, 100), 10_000)).toEqual([100, 0]);
});

it('draws the first level by load, with the others behind it in order', () => {
  const draw = drawOf(3);
  const orders = tally(
    Array.from({ length: 10_000 }, () => priority.rank(levels(50, 100), {}, draw, options()).order.join()),
  );
  // Binomial with p = 0.7. The standard deviation is 0.0046, and four of these are allowed.
  expect(Math.abs((orders.get('p0,p1') ?? 0) / 10_000 - 0.7)).toBeLessThan(0.019);
  expect((orders.get('p0,p1') ?? 0) + (orders.get('p1,p0') ?? 0)).toBe(10_000);
});
