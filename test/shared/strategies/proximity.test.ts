import { describe, expect, it } from 'vitest';
import { proximity } from '../../../shared/strategies/proximity.ts';
import { drawOf, options } from '../../support/rankings.ts';

const at = (id: string, latitude: number, longitude: number) => ({ id, weight: 1, latitude, longitude });
const PLACES = [
  at('ashburn', 39.0, -77.5),
  at('frankfurt', 50.1, 8.7),
  at('tokyo', 35.7, 139.7),
  at('sydney', -33.9, 151.2),
];

const order = (position: string, places: Parameters<typeof proximity.rank>[0] = PLACES) =>
  proximity.rank(places, { position }, drawOf(1), options()).order;

describe('proximity', () => {
  it('ranks by great circle', () => {
    expect(order('52,13')).toEqual(['frankfurt', 'ashburn', 'tokyo', 'sydney']);
    expect(order('21,-158')).toEqual(['tokyo', 'ashburn', 'sydney', 'frankfurt']);
  });

  it('measures across the date line and over the pole', () => {
    const places = [at('west', 0, -179), at('east', 0, 170)];
    expect(order('0,179', places)).toEqual(['west', 'east']);
    expect(order('85,0', [at('near', 60, 0), at('beyond the pole', 80, 180)])).toEqual([
      'beyond the pole',
      'near',
    ]);
  });

  it('puts targets without coordinates last', () => {
    expect(order('52,13', [{ id: 'nowhere', weight: 1 }, ...PLACES]).at(-1)).toBe('nowhere');
  });

  it.each(['', '52', 'here,there', '1,2,3'])('keeps the order listed for the position %j', (position) => {
    expect(order(position)).toEqual(['ashburn', 'frankfurt', 'tokyo', 'sydney']);
  });

  it('keeps the order listed among equally near ones', () => {
    expect(order('0,0', [at('b', 0, 10), at('a', 0, -10), at('c', 10, 0)])).toEqual(['b', 'a', 'c']);
  });
});
