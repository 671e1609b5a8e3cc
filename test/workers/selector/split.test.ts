import { describe, expect, it } from 'vitest';
import { STRATEGIES } from '../../../shared/strategies/strategies.ts';
import { Draws } from '../../../workers/selector/draws.ts';
import { select } from '../../../workers/selector/select.ts';
import { balancer, configOf, pool, question, seeded } from '../../support/rankings.ts';

// Traffic is split between pools by percentage and client: `steering_policy` "hash" with the weights of `random_steering`.

const CLIENTS = 20_000;

/** Addresses from all of IPv4. */
const clients = (() => {
  const random = seeded(7);
  const byte = () => Math.floor(random() * 256);
  return Array.from({ length: CLIENTS }, () => [byte(), byte(), byte(), byte()].join('.'));
})();

/** The pool of each client. Each asks an isolate of its own, whose draws follow from `seed`. */
function poolsOf(canary: number, seed = 1): string[] {
  const split = balancer(['stable', 'canary'], {
    steering_policy: 'hash',
    pool_weights: { stable: 1 - canary, canary },
  });
  const config = configOf([split], [pool('stable', ['a', 'b']), pool('canary', ['c'])]);
  return clients.map((client_address) => {
    const asked = question({ facts: { client_address }, want: 4 });
    const { rankings, use } = select(config, undefined, asked, new Draws(seeded(seed)), 0, STRATEGIES);
    // One ranking serves all requests of the client.
    expect([use, rankings.length]).toEqual(['repeat', 1]);
    return rankings[0]?.origins[0]?.split('/')[0] ?? '';
  });
}

const share = (pools: readonly string[]) => pools.filter((each) => each === 'canary').length / pools.length;

describe('a split of 95 to 5', () => {
  const five = poolsOf(0.05);

  it('gives 5 % of the clients to the canary', () => {
    // Binomial: a standard deviation is √(0.05 · 0.95 / 20,000) = 0.0015, and five of these are allowed.
    expect(Math.abs(share(five) - 0.05)).toBeLessThan(0.0077);
  });

  it('keeps every client where it is, in every isolate', () => {
    expect(poolsOf(0.05, 99)).toEqual(five);
  });

  it('moves only the clients that are added when it becomes 90 to 10', () => {
    const ten = poolsOf(0.1);
    const moved = five.filter((before, i) => before !== ten[i]).length / CLIENTS;
    expect(five.every((before, i) => before === 'stable' || ten[i] === 'canary')).toBe(true);
    // As above: 0.05 of all clients move.
    expect(Math.abs(moved - 0.05)).toBeLessThan(0.0077);
    expect(Math.abs(share(ten) - 0.1)).toBeLessThan(0.0107);
  });

  it('gives no client to a pool of weight 0, and all clients to the only pool with a weight', () => {
    expect(new Set(poolsOf(0))).toEqual(new Set(['stable']));
    expect(new Set(poolsOf(1))).toEqual(new Set(['canary']));
  });
});
