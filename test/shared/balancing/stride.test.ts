import { describe, expect, it } from 'vitest';
import { boundedWeights, strideOf, strideTurn } from '../../../shared/balancing/stride.ts';

function picks(weights: number[], count: number, start = 0): number[] {
  const table = strideOf(weights);
  const order: number[] = [];
  for (let turn = start; order.length < count; turn++) {
    const index = strideTurn(table, turn);
    if (index !== undefined) order.push(index);
  }
  return order;
}

const count = (order: number[], index: number) => order.filter((one) => one === index).length;

// Expected values: gRPC's test/core/load_balancing/static_stride_scheduler_test.cc.
describe('static stride', () => {
  it('gives the published order for weights 1, 2, 3', () => {
    expect(picks([1, 2, 3], 6)).toEqual([1, 2, 2, 0, 1, 2]);
  });

  it.each([
    ['hundredths', [1, 0.02]],
    ['one heavy target among many light ones', [1, ...new Array<number>(20).fill(0.01)]],
    ['the smallest step of the configuration beside its largest', [0.01, 1]],
    ['three shares', [0.7, 0.25, 0.05]],
  ])('gives every target its exact share: %s', (_, weights) => {
    const hundredths = weights.map((weight) => Math.round(weight * 100));
    const total = hundredths.reduce((sum, weight) => sum + weight, 0);
    const order = picks(weights, total, 12_345 * weights.length);
    expect(weights.map((_, index) => count(order, index))).toEqual(hundredths);
  });

  it('takes each target exactly as often in a period as its rounded weight says', () => {
    const table = strideOf([1, Math.SQRT1_2, 0.001]);
    expect(table.full).toBe(65_535);
    const taken = [0, 0, 0];
    for (let turn = 0; turn < table.full * 3; turn++) {
      const index = strideTurn(table, turn);
      if (index !== undefined) taken[index] = (taken[index] ?? 0) + 1;
    }
    expect(taken).toEqual(table.weights);
    expect(table.weights).toEqual([65_535, 46_340, 66]);
  });

  it('is plain round robin for equal weights', () => {
    expect(picks([0.4, 0.4, 0.4], 7, 2)).toEqual([2, 0, 1, 2, 0, 1, 2]);
  });

  it('never passes over the heaviest target, so a pick ends within two rounds', () => {
    const table = strideOf([1, ...new Array<number>(50).fill(0.0001)]);
    for (let round = 0; round < 1_000; round++) expect(strideTurn(table, round * 51)).toBe(0);
  });
});

describe('measured weights', () => {
  it('replace an unknown weight by the mean of the known ones (gRPC)', () => {
    const order = picks(boundedWeights([3, 0, 1]), 6);
    expect([0, 1, 2].map((index) => count(order, index))).toEqual([3, 2, 1]);
  });

  it('are all equal if fewer than two are known', () => {
    expect(boundedWeights([0, 5, 0])).toEqual([1, 1, 1]);
  });

  it('stay within ten times the mean and a hundredth of it', () => {
    const mean = (1_000 + 99) / 100;
    expect(boundedWeights([1_000, ...new Array<number>(99).fill(1)]).slice(0, 2)).toEqual([10 * mean, 1]);
    const tiny = boundedWeights([1, 0.00001])[1];
    expect(tiny).toBeCloseTo((0.01 * (1 + 0.00001)) / 2, 12);
  });
});
