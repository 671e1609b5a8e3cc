import { describe, expect, it } from 'vitest';
import {
  smooth_weighted_round_robin,
  smoothSequence,
  wholeWeights,
} from '../../../shared/strategies/smooth_weighted_round_robin.ts';
import { drawOf, options, tally, targets } from '../../support/rankings.ts';

describe('smoothSequence', () => {
  it("is nginx's for weights 5, 1, 1 (commit 52327e06)", () => {
    expect([...smoothSequence([5, 1, 1])]).toEqual([0, 0, 1, 0, 2, 0, 0]);
  });

  it('is round robin with equal weights', () => {
    expect([...smoothSequence([1, 1, 1])]).toEqual([0, 1, 2]);
  });
});

describe('wholeWeights', () => {
  it.each([
    [
      [0.5, 0.1, 0.1],
      [5, 1, 1],
    ],
    [
      [0.07, 0.03],
      [7, 3],
    ],
    [
      [1, 1, 1],
      [1, 1, 1],
    ],
    [
      [0.01, 1],
      [1, 100],
    ],
  ])('makes %j the least whole numbers in that ratio', (weights, whole) => {
    expect(wholeWeights(weights, 10_000)).toEqual(whole);
  });

  it('takes the nearest numbers that fit if none are exact, and never 0', () => {
    expect(wholeWeights([1, Math.SQRT1_2], 10_000)).toEqual([141, 100]);
    expect(wholeWeights([1, 0.12345], 10_000)).toEqual([810, 100]);
    expect(wholeWeights([1, 0.12345, 0.00161], 10_000)).toEqual([8_888, 1_097, 14]);
    expect(wholeWeights([1, 0.99, 0.01], 6)).toEqual([3, 3, 1]);
  });
});

describe('smooth_weighted_round_robin', () => {
  it('takes turns a a b a c a a at any scale of the weights, with the next turns behind the first', () => {
    const list = targets({ a: 1, b: 0.2, c: 0.2 });
    const draw = drawOf(1);
    const orders = Array.from({ length: 14 }, () =>
      smooth_weighted_round_robin.rank(list, {}, draw, options()).order.join(''),
    );
    expect(orders.map((order) => order[0]).join('')).toBe('aabacaaaabacaa');
    expect(orders[2]).toBe('bac');
  });

  it('gives exact shares in every period, whatever the start', () => {
    const list = targets({ a: 0.3, b: 0.2, c: 0.5 });
    const draw = drawOf(1, 1_234_567);
    const firsts = Array.from(
      { length: 10 },
      () => smooth_weighted_round_robin.rank(list, {}, draw, options()).order[0],
    );
    expect(Object.fromEntries(tally(firsts))).toEqual({ a: 3, b: 2, c: 5 });
  });
});
