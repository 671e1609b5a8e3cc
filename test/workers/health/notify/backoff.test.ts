import { expect, it } from 'vitest';
import { backoff } from '../../../../workers/health/notify/backoff.ts';
import { MAX_TRIES } from '../../../../workers/health/notify/outbox.ts';

it.each([
  [1, 2_500, 5_000],
  [2, 5_000, 10_000],
  [3, 10_000, 20_000],
  [8, 320_000, 640_000],
  // 1,280 s would be more than a quarter of an hour.
  [9, 450_000, 900_000],
  [19, 450_000, 900_000],
])('after %i failures it waits from %i to %i ms', (failures, least, most) => {
  expect(backoff(failures, () => 0)).toBe(least);
  expect(backoff(failures, () => 0.999_999_9)).toBe(most);
});

it('is about three hours in all at the most', () => {
  let whole = 0;
  for (let failures = 1; failures < MAX_TRIES; failures++) whole += backoff(failures, () => 1);
  expect(whole / 3_600_000).toBeCloseTo(3.1, 1);
});
