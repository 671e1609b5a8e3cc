import { describe, expect, it } from 'vitest';
import { geo } from '../../../shared/strategies/geo.ts';
import { drawOf, options, targets } from '../../support/rankings.ts';

const ALL = targets({ a: 1, b: 1, c: 1, d: 1, e: 1 });
const MAPS = options({
  default_pools: ['e', 'a'],
  pop_pools: { FRA: ['a', 'b'] },
  country_pools: { DE: ['b', 'c'], FR: [] },
  region_pools: { WEU: ['c', 'd'] },
});

function order(facts: { colo: string; country: string; region: string }, list = ALL, maps = MAPS) {
  return geo.rank(list, facts, drawOf(1), maps).order;
}

describe('geo', () => {
  it.each([
    ['pop', { colo: 'FRA', country: 'DE', region: 'WEU' }, ['a', 'b']],
    ['country', { colo: 'MUC', country: 'DE', region: 'WEU' }, ['b', 'c']],
    ['region', { colo: 'CDG', country: 'BE', region: 'WEU' }, ['c', 'd']],
    ['default', { colo: 'NRT', country: 'JP', region: 'NEAS' }, ['e', 'a']],
    ['default, when nothing is known,', { colo: '', country: '', region: '' }, ['e', 'a']],
  ])('lets %s decide', (_, facts, expected) => {
    expect(order(facts)).toEqual(expected);
  });

  it('goes on to the next map when an entry is empty', () => {
    expect(order({ colo: 'CDG', country: 'FR', region: 'WEU' })).toEqual(['c', 'd']);
  });

  it('stays within the list that decided, even if its pools are down', () => {
    const facts = { colo: 'FRA', country: 'DE', region: 'WEU' };
    expect(order(facts, targets({ b: 1, e: 1 }))).toEqual(['b']);
    expect(order(facts, targets({ e: 1 }))).toEqual([]);
  });

  it('names a pool once if it is listed twice', () => {
    const facts = { colo: 'X', country: 'X', region: 'X' };
    expect(order(facts, ALL, options({ default_pools: ['a', 'b', 'a'] }))).toEqual(['a', 'b']);
  });

  it('does not take a property that every object has for an entry', () => {
    expect(order({ colo: 'constructor', country: 'toString', region: '__proto__' })).toEqual(['e', 'a']);
  });
});
