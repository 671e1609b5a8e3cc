import { expect, it } from 'vitest';
import { Rate } from '../../../workers/selector/rate.ts';

/** The last rate when something happens every `every_ms` for a time. */
function after(ms: number, every_ms: number, rate = new Rate(0), start = 0): number {
  let last = 0;
  for (let at = start; at < start + ms; at += every_ms) last = rate.count(at);
  return last;
}

it('gives the rate from the first seconds on', () => {
  expect(after(3_000, 10)).toBeCloseTo(100, -1);
  expect(after(9_999, 10)).toBeCloseTo(100, -1);
  expect(after(65_000, 10)).toBeCloseTo(100, -1);
});

it('follows a change or a pause within two windows', () => {
  const rate = new Rate(0);
  after(30_000, 10, rate);
  expect(after(20_000, 100, rate, 30_000)).toBeCloseTo(10, 0);
  expect(rate.count(500_000)).toBeLessThan(1);
});
