import { describe, expect, it } from 'vitest';
import { latencyOf, Times } from '../../../tools/backtest/times.ts';

describe('latencyOf', () => {
  it('counts times by weight', () => {
    const times = [
      { first_byte_ms: 100, weight: 1 },
      { first_byte_ms: 10, weight: 94 },
      { first_byte_ms: 50, weight: 5 },
    ];
    expect(latencyOf(times)).toEqual({ mean_ms: 12.9, p50_ms: 10, p95_ms: 50, p99_ms: 50 });
  });

  it('is undefined without weight', () => {
    expect(latencyOf([])).toBeUndefined();
    expect(latencyOf([{ first_byte_ms: 1, weight: 0 }])).toBeUndefined();
  });
});

describe('Times', () => {
  const times = new Times([1, 2, 7].map((weight) => ({ first_byte_ms: weight, held_ms: weight, weight })));

  it.each([
    [0, 0],
    [0.0999, 0],
    [0.1, 1],
    [0.2999, 1],
    [0.3, 2],
    [0.9999, 2],
  ])('draws at %d the one with index %i', (at, index) => expect(times.draw(() => at)).toBe(index));

  it('draws nothing if there are no answers', () => expect(new Times([]).draw(() => 0)).toBeUndefined());
});
