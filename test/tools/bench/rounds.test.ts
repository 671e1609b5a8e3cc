import { describe, expect, it } from 'vitest';
import { interleave, type Round, ratioOf, spreadOf } from '../../../tools/bench/rounds.ts';

const round = (cpu_us: number | undefined, requests = 100): Round => ({
  cpu_us,
  requests,
  requests_per_s: requests,
  failed: 0,
});

describe('interleave', () => {
  it('measures every target once per round, with a rotating order', async () => {
    const order: string[] = [];
    await interleave(['a', 'b', 'c'], 3, async (target) => {
      order.push(target);
      return round(1);
    });
    expect(order.join('')).toBe('abcbcacab');
  });

  it('discards a round without answers and keeps the indexes of the others', async () => {
    let calls = 0;
    const { a } = await interleave(['a'], 3, async () => round(1, calls++ === 1 ? 0 : 5));
    expect(a.map((kept) => kept?.requests)).toEqual([5, undefined, 5]);
  });
});

describe('spreadOf', () => {
  it('has the median and the quartiles', () => {
    expect(spreadOf([5, 1, 3, undefined, 2, 4])).toEqual({ median: 3, low: 2, high: 4 });
  });

  it('is undefined without values', () => {
    expect(spreadOf([undefined])).toBeUndefined();
  });
});

describe('ratioOf', () => {
  it('compares within a round, so that common noise cancels out', () => {
    const floor = [round(100), round(1000), round(100)];
    const ours = [round(150), round(1500), round(150)];
    expect(ratioOf(ours, floor)).toEqual({ median: 1.5, low: 1.5, high: 1.5 });
  });

  it('leaves out rounds that do not count or have no CPU time', () => {
    expect(ratioOf([round(2), undefined, round(undefined)], [round(1), round(1), round(1)])?.median).toBe(2);
    expect(ratioOf([round(undefined)], [round(1)])).toBeUndefined();
  });
});
