import { describe, expect, it } from 'vitest';
import type { Question } from '../../../shared/contracts/selection.ts';
import type { Balancer, LoadShedding, Pool } from '../../../shared/model/config.ts';
import { STRATEGIES } from '../../../shared/strategies/strategies.ts';
import { Draws } from '../../../workers/selector/draws.ts';
import { select } from '../../../workers/selector/select.ts';
import { balancer, configOf, healthOf, pool, question, seeded, tally } from '../../support/rankings.ts';

const NOW = 2_000;

function sheds(some: Partial<LoadShedding>): Partial<Pool> {
  return { load_shedding: { default_percent: 0, default_policy: 'random', session_percent: 0, ...some } };
}

interface Setting {
  pools: Pool[];
  steered?: Partial<Balancer>;
  down?: `${string}/${string}`;
}

/** Asks about a balancer of these pools in this order. The last one is its fallback pool. */
function ask({ pools, steered = {}, down }: Setting, some: Partial<Question> = {}, seed = 1) {
  const config = configOf(
    [
      balancer(
        pools.map(({ id }) => id),
        { ...steered },
      ),
    ],
    pools,
  );
  const health = down && healthOf({ [down]: 'down' });
  return select(config, health, question({ want: 256, ...some }), new Draws(seeded(seed)), NOW, STRATEGIES);
}

/** How often each pool comes first in 2,560 requests. */
function firsts(setting: Setting, some: Partial<Question> = {}) {
  const rankings = Array.from({ length: 10 }, (_, seed) => ask(setting, some, seed + 1)).flatMap(
    (answer) => answer.rankings,
  );
  return { rankings, shares: tally(rankings.map(({ origins }) => origins[0]?.split('/')[0])) };
}

/** Four standard deviations around the share of 2,560. */
function expectShare(count: number | undefined, share: number) {
  expect(Math.abs((count ?? 0) - 2_560 * share)).toBeLessThan(4 * Math.sqrt(2_560 * share * (1 - share)));
}

const EU = pool('eu', ['a'], sheds({ default_percent: 25 }));
const US = pool('us', ['b']);
const ASIA = pool('asia', ['c']);

describe('a request that a pool sheds', () => {
  it('goes to the next pool in failover order, is marked, and is drawn for every request', () => {
    const setting = { pools: [EU, US, ASIA] };
    const { rankings, shares } = firsts(setting);
    expectShare(shares.get('us'), 0.25);
    expectShare(shares.get('eu'), 0.75);
    for (const ranking of rankings)
      expect(ranking.shed).toBe(ranking.origins[0] === 'eu/a' ? undefined : true);
    expect(ask(setting)).toMatchObject({ use: 'once', vary: [] });
  });

  it('goes where weights send it without that pool', () => {
    const pool_weights = { eu: 0.5, us: 0.4, asia: 0.1 };
    const { shares } = firsts({
      pools: [EU, US, ASIA],
      steered: { steering_policy: 'random', pool_weights },
    });
    // A quarter of a half is shed, and four fifths of this go to `us`.
    expectShare(shares.get('eu'), 0.375);
    expectShare(shares.get('us'), 0.4 + 0.125 * 0.8);
    expectShare(shares.get('asia'), 0.1 + 0.125 * 0.2);
  });

  it('takes no turn of a round robin', () => {
    const steered = { steering_policy: 'round_robin', pool_weights: { eu: 1, us: 1, asia: 1 } } as const;
    const { rankings } = ask({ pools: [EU, US, ASIA], steered });
    const chosen = rankings.map(({ origins, shed }) => (shed ? 'eu' : origins[0]?.split('/')[0]));
    const turn = chosen.slice(0, 3);
    expect(new Set(turn).size).toBe(3);
    expect(chosen).toEqual(chosen.map((_, i) => turn[i % 3]));
  });

  it('goes to the fallback pool when every pool sheds it, even if that pool sheds too', () => {
    const all = sheds({ default_percent: 100 });
    const pools = [pool('eu', ['a'], all), pool('us', ['b'], all), pool('last', ['c'], all)];
    const answer = ask({ pools, steered: { fallback_pool: 'last' } });
    expect(answer.rankings[0]).toEqual({
      origins: ['last/c'],
      finalists: 0,
      shed: true,
      fallback: 'last',
    });
    // Nothing was drawn, so one ranking serves all.
    expect(answer).toMatchObject({ use: 'repeat', rankings: { length: 1 } });
  });

  it('is not marked if it ends in the pool that shed it', () => {
    const answer = ask({ pools: [pool('eu', ['a'], sheds({ default_percent: 100 }))] });
    expect(answer.rankings).toEqual([{ origins: ['eu/a'], finalists: 0, fallback: 'eu' }]);
  });

  it('goes to the pool that is left when the next one is down', () => {
    const all = sheds({ default_percent: 100 });
    expect(ask({ pools: [pool('eu', ['a'], all), US, ASIA], down: 'us/b' }).rankings[0]?.origins).toEqual([
      'asia/c',
    ]);
  });

  it('does not come back by failover, and a pool sheds its share of what fails over to it', () => {
    const steered = { failover_across_pools: true };
    const back = ask({ pools: [pool('eu', ['a'], sheds({ default_percent: 100 })), US, ASIA], steered });
    expect(back.rankings[0]?.origins).toEqual(['us/b', 'asia/c']);
    const { rankings } = firsts({ pools: [US, EU, ASIA], steered });
    const seconds = tally(rankings.map(({ origins }) => origins[1]));
    expectShare(seconds.get('eu/a'), 0.75);
    expectShare(seconds.get('asia/c'), 0.25);
    // Requests that the first pool serves have not been shed.
    expect(rankings.filter(({ shed }) => shed)).toEqual([]);
  });
});

describe('shedding by client', () => {
  const pools = [pool('eu', ['a'], sheds({ default_percent: 30, default_policy: 'hash' })), US];
  const client = (i: number) => ({ client_address: `203.0.${i >> 8}.${i & 255}` });

  it('gives an answer that repeats and varies on the client', () => {
    expect(ask({ pools }, { facts: {} })).toMatchObject({ rankings: [], vary: ['client_address'] });
    const kept = Array.from({ length: 2_560 }, (_, i) => ask({ pools }, { facts: client(i) }));
    for (const answer of kept) expect(answer).toMatchObject({ use: 'repeat', vary: ['client_address'] });
    expectShare(tally(kept.map(({ rankings }) => rankings[0]?.origins[0])).get('us/b'), 0.3);
  });

  it('is the same in every balancer that uses the pool', () => {
    const other = { pools: [ASIA, ...pools], down: 'asia/c' as const };
    for (let i = 0; i < 200; i++) {
      const facts = client(i);
      expect(ask(other, { facts }).rankings[0]?.origins).toEqual(
        ask({ pools }, { facts }).rankings[0]?.origins,
      );
    }
  });
});
