import { describe, expect, it } from 'vitest';
import { weightOf } from '../../../../workers/gateway/record/weight_of.ts';

function never(): number {
  throw new Error('a random number was drawn');
}

describe('weightOf', () => {
  it('draws no random number without `metrics.sample`', () => {
    expect(weightOf(undefined, 'ok', 200, 1, never)).toBe(1);
  });

  it('keeps one of `one_in` ordinary requests', () => {
    const at = (drawn: number) => weightOf(10, 'ok', 200, 1, () => drawn);
    expect([0, 0.0999, 0.1, 0.9999].map(at)).toEqual([10, 10, 0, 0]);
    expect(weightOf(10, 'fixed_response', 301, 0, () => 0)).toBe(10);
  });

  it.each([
    ['a status from 500 on', 'ok', 503, 1],
    ['a retry', 'ok', 200, 2],
    ['an answer that broke off', 'cut_short', 200, 1],
    ['a client that left', 'client_gone', 200, 1],
    ['no origin', 'no_origin', 503, 0],
    ['a rate limit', 'limited', 429, 0],
  ] as const)('keeps each request with %s', (_, outcome, status, attempts) => {
    expect(weightOf(10, outcome, status, attempts, never)).toBe(1);
  });
});
