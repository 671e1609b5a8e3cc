import { describe, expect, it } from 'vitest';
import { hash } from '../../../shared/strategies/hash.ts';
import { drawOf, options, targets } from '../../support/rankings.ts';

const FOUR = targets({ a: 1, b: 1, c: 1, d: 1 });
const rank = (client_address: string, seed = 1) =>
  hash.rank(FOUR, { client_address }, drawOf(seed), options());

describe('hash', () => {
  it('keeps a client on its target and its failover order', () => {
    expect(rank('192.0.2.1', 1)).toEqual(rank('192.0.2.1', 99));
    expect(rank('192.0.2.1').use).toBeUndefined();
  });

  it('treats all addresses of a /64 as one client', () => {
    for (let i = 0; i < 20; i++) {
      const network = `2001:db8:0:${i.toString(16)}`;
      expect(rank(`${network}::1`)).toEqual(rank(`${network}:ffff:1:2:3`));
    }
  });

  it('draws an order for one request if the address is not known', () => {
    const orders = Array.from({ length: 20 }, (_, seed) => rank('', seed));
    expect(new Set(orders.map(({ order }) => order[0])).size).toBeGreaterThan(1);
    expect(orders.every(({ use }) => use === 'once')).toBe(true);
  });
});
