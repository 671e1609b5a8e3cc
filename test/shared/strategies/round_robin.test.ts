import { describe, expect, it } from 'vitest';
import { round_robin } from '../../../shared/strategies/round_robin.ts';
import { drawOf, options, targets } from '../../support/rankings.ts';

describe('round_robin', () => {
  it('begins each ranking with the next target in turn', () => {
    const list = targets({ a: 1, b: 1, c: 1 });
    const draw = drawOf(1, 4);
    const firsts = Array.from({ length: 6 }, () => round_robin.rank(list, {}, draw, options()).order[0]);
    expect(firsts).toEqual(['b', 'c', 'a', 'b', 'c', 'a']);
  });

  it('follows weights in the published order', () => {
    const list = targets({ a: 1, b: 2, c: 3 });
    const draw = drawOf(1);
    const firsts = Array.from({ length: 6 }, () => round_robin.rank(list, {}, draw, options()).order[0]);
    expect(firsts).toEqual(['b', 'c', 'c', 'a', 'b', 'c']);
  });

  it('puts the next distinct picks behind the first', () => {
    // The sequence is b c c a b c …, so a and b follow the second pick, c.
    const list = targets({ a: 1, b: 2, c: 3 });
    const draw = drawOf(1);
    expect(round_robin.rank(list, {}, draw, options()).order).toEqual(['b', 'c', 'a']);
    expect(round_robin.rank(list, {}, draw, options()).order).toEqual(['c', 'a', 'b']);
  });

  it('spreads failover over targets of small weight too', () => {
    const list = targets({ heavy: 1, x: 0.01, y: 0.01 });
    const draw = drawOf(1);
    const seconds = new Set<string | undefined>();
    for (let i = 0; i < 300; i++)
      seconds.add(round_robin.rank(list, {}, draw, options({ limit: 2 })).order[1]);
    expect(seconds).toEqual(new Set(['heavy', 'x', 'y']));
  });
});
