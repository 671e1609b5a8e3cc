import { describe, expect, it } from 'vitest';
import { Draws } from '../../../workers/selector/draws.ts';
import { seeded } from '../../support/rankings.ts';

describe('Draws', () => {
  it('counts from a random start, separately for each key', () => {
    const starts = [0.5, 0.25];
    const draws = new Draws(() => starts.shift() ?? 0);
    expect([draws.of('a').next(), draws.of('a').next()]).toEqual([2 ** 30, 2 ** 30 + 1]);
    expect(draws.of('b').next()).toBe(2 ** 29);
    expect(draws.of('a').next()).toBe(2 ** 30 + 2);
  });

  it('draws nothing until it is asked to', () => {
    const draws = new Draws(() => {
      throw new Error('drawn in global scope');
    });
    expect(() => draws.of('a')).not.toThrow();
    expect(() => draws.of('a').next()).toThrow('global scope');
  });

  it('keeps no more sequences than its bound and drops the oldest', () => {
    const draws = new Draws(seeded(1), 2);
    const a = draws.of('a').next();
    const b = draws.of('b').next();
    draws.of('c').next();
    expect(draws.of('b').next()).toBe(b + 1);
    expect(draws.of('a').next()).not.toBe(a + 1);
  });
});
