import { expect, it } from 'vitest';
import { slowStart } from '../../../shared/balancing/slow_start.ts';

const setting = (aggression: number) => ({ window_s: 100, aggression, min_weight: 0.1 });

it("has Envoy's worked factors", () => {
  expect(slowStart(25_000, setting(2))).toBeCloseTo(0.5, 12);
  expect(slowStart(50_000, setting(0.5))).toBeCloseTo(0.25, 12);
});

it('rises from the least to the full weight and never falls', () => {
  const factors = Array.from({ length: 130 }, (_, s) => slowStart(s * 1_000, setting(1)));
  expect(factors[0]).toBe(0.1);
  expect(factors.slice(100).every((factor) => factor === 1)).toBe(true);
  expect(factors).toEqual([...factors].sort((a, b) => a - b));
});

it('gives full weight to an origin that came up in the future, because a clock was set back', () => {
  expect(slowStart(-3_600_000, setting(1))).toBe(1);
  // Clocks of two machines differ by a little.
  expect(slowStart(-500, setting(1))).toBe(0.1);
});
