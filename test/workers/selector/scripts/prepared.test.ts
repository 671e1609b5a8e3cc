import { describe, expect, it } from 'vitest';
import { PreparedDraws, prepared } from '../../../../workers/selector/scripts/prepared.ts';
import { drawOf, options, targets } from '../../../support/rankings.ts';

const LIST = targets({ a: 1, b: 1 });
const draws = { of: () => ({ ...drawOf(1, 7), rate: () => 12 }) };
const rank = (from: PreparedDraws, key: string) => prepared(LIST, {}, from.of(key), options());

describe('PreparedDraws', () => {
  it('hands out rankings in turn, and then the last one again', () => {
    const rankings = [{ order: ['b', 'a'] }, { order: ['a', 'b'], finalists: 2 }];
    const ready = new PreparedDraws(draws, new Map([['x', { rankings, taken: 0 }]]));
    expect([rank(ready, 'x'), rank(ready, 'x'), rank(ready, 'x')]).toEqual([...rankings, rankings[1]]);
  });

  it('lets random rank a list that no script ranked', () => {
    expect(rank(new PreparedDraws(draws, new Map()), 'y').order.sort()).toEqual(['a', 'b']);
  });

  it('leaves the draws of other strategies alone', () => {
    const draw = new PreparedDraws(draws, new Map()).of('x');
    expect([draw.next(), draw.next(), draw.rate?.()]).toEqual([7, 8, 12]);
  });
});
