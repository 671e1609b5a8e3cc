import { expect, it } from 'vitest';
import type { Ranking } from '../../../shared/contracts/selection.ts';
import { power_of_two } from '../../../shared/strategies/power_of_two.ts';
import { settle } from '../../../workers/gateway/selection/settlers/settle.ts';
import { newLoads } from '../../../workers/gateway/state/load/loads.ts';
import {
  CHI_SQUARE_P001,
  chiSquare,
  drawOf,
  options,
  origin,
  tally,
  targets,
} from '../../support/rankings.ts';

const NONE: Ranking = { origins: [], finalists: 0 };

/** How often each of `n` origins is chosen while their loads stay 0, 1, 2, … */
function chosen(n: number, count: number) {
  const loads = newLoads(() => 0, Math.random);
  const origins = Array.from({ length: n }, (_, rank) => origin('p', String(rank)));
  for (const [rank, { id }] of origins.entries()) for (let i = 0; i < rank; i++) loads.inflight.begin(id);
  const list = targets(Object.fromEntries(origins.map(({ id }) => [id, 1])));
  const draw = drawOf(11);
  return tally(
    Array.from({ length: count }, () => {
      const { order, finalists = 0, use: _, ...by } = power_of_two.rank(list, {}, draw, options());
      const ranked = order.flatMap((id) => origins.find((one) => one.id === id) ?? []);
      return settle({ ...NONE, finalists, ...by }, ranked, loads)[0]?.name;
    }),
  );
}

it('chooses the origin of load rank k with probability 2(n - k) / n(n - 1), so never the busiest', () => {
  const counts = chosen(5, 20_000);
  expect(counts.get('4')).toBeUndefined();
  expect(chiSquare(counts, { 0: 0.4, 1: 0.3, 2: 0.2, 3: 0.1 })).toBeLessThan(CHI_SQUARE_P001[3] ?? 0);
});

it('always chooses the less busy of two', () => {
  expect(chosen(2, 500)).toEqual(new Map([['0', 500]]));
});
