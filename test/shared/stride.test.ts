import { describe, expect, it } from 'vitest';
import { strideTable, strideTurn } from '../../shared/stride.ts';

function picks(weights: number[], count: number, start = 0): number[] {
  const table = strideTable(weights);
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

  it('gives an unknown weight the mean of the known ones', () => {
    const order = picks([3, 0, 1], 6);
    expect([0, 1, 2].map((index) => count(order, index))).toEqual([3, 2, 1]);
  });

  it('takes each target exactly as often in 65535 rounds as its entry in the table says', () => {
    const table = strideTable([0.7, 0.25, 0.05]);
    const taken = [0, 0, 0];
    for (let turn = 0; turn < 65_535 * table.length; turn++) {
      const index = strideTurn(table, turn);
      if (index !== undefined) taken[index] = (taken[index] ?? 0) + 1;
    }
    expect(taken).toEqual(table);
  });

  it('is plain round robin for equal weights, and where fewer than two are known', () => {
    expect(picks([0.4, 0.4, 0.4], 7, 2)).toEqual([2, 0, 1, 2, 0, 1, 2]);
    expect(picks([0, 5, 0], 4)).toEqual([0, 1, 2, 0]);
  });

  it('never passes over the heaviest, so that a pick ends within two rounds', () => {
    const table = strideTable([1, ...new Array<number>(50).fill(0.0001)]);
    expect(table[0]).toBe(65_535);
    for (let round = 0; round < 1_000; round++) expect(strideTurn(table, round * 51)).toBe(0);
  });

  it('keeps an extreme weight within ten times the mean and a hundredth of it', () => {
    const [heavy = 0, ...light] = strideTable([1_000, ...new Array<number>(99).fill(1)]);
    const mean = (1_000 + 99) / 100;
    // 1 of a cap of 10 means, in 65535ths; the floor is a hundredth of the scaled mean.
    expect(heavy).toBe(65_535);
    expect(new Set(light)).toEqual(new Set([Math.round(65_535 / (10 * mean))]));
    const [, tiny] = strideTable([1, 0.00001]);
    expect(tiny).toBe(Math.round(0.01 * Math.round((65_535 / 1) * ((1 + 0.00001) / 2))));
  });
});
