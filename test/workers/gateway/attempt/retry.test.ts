import { expect, it } from 'vitest';
import { backoff } from '../../../../workers/gateway/attempt/retry.ts';

const ENVOY = { base_ms: 25, max_ms: 250 };

it.each([
  [1, 25],
  [2, 75],
  [3, 175],
  [4, 250],
  [9, 250],
])('before retry %i lies anywhere from 0 to %i ms', (retry, most) => {
  expect(backoff(retry, ENVOY, () => 0)).toBe(0);
  expect(backoff(retry, ENVOY, () => 0.5)).toBe(most / 2);
  expect(backoff(retry, ENVOY, () => 1)).toBe(most);
});
