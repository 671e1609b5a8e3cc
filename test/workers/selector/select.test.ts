import { describe, expect, it } from 'vitest';
import type { HealthDocument } from '../../../shared/contracts/health.ts';
import type { Question } from '../../../shared/contracts/selection.ts';
import type { Balancer, Pool } from '../../../shared/model/config.ts';
import { STRATEGIES } from '../../../shared/strategies/strategies.ts';
import { Draws } from '../../../workers/selector/draws.ts';
import { select } from '../../../workers/selector/select.ts';
import {
  attempts,
  balancer,
  configOf,
  healthOf,
  origin,
  pool,
  question,
  seeded,
  tally,
} from '../../support/rankings.ts';

const NOW = 2_000;

interface Setting {
  balancer: Balancer;
  pools: Pool[];
  health?: HealthDocument;
}

/** Asks once. The seed decides all draws. */
function ask(setting: Setting, some: Partial<Question> = {}, seed = 1) {
  const config = configOf([setting.balancer], setting.pools);
  return select(config, setting.health, question(some), new Draws(seeded(seed)), NOW, STRATEGIES);
}

const origins = (setting: Setting, some: Partial<Question> = {}) => ask(setting, some).rankings[0]?.origins;

describe('two levels', () => {
  it('names the first pool in failover order, with its origins by its own policy', () => {
    const pools = [pool('eu', ['a', 'b']), pool('us', ['c'])];
    expect(ask({ balancer: balancer(['eu', 'us']), pools })).toEqual({
      rankings: [{ origins: ['eu/a', 'eu/b'], finalists: 0 }],
      use: 'repeat',
      vary: [],
      max_age_ms: 10_000,
      strategy: 'off/off',
      config_version: 7,
      health_version: 0,
    });
  });

  it('goes to the next pool when the first has too few origins left', () => {
    const pools = [pool('eu', ['a', 'b'], { minimum_origins: 2 }), pool('us', ['c'])];
    const health = healthOf({ 'eu/a': 'down' });
    expect(origins({ balancer: balancer(['eu', 'us']), pools, health })).toEqual(['us/c']);
  });

  it('weighs pools by the balancer, and origins by their own weights', () => {
    const pools = [
      pool('eu', [origin('eu', 'a', { weight: 0.75 }), origin('eu', 'b', { weight: 0.25 })], {
        origin_policy: 'round_robin',
      }),
      pool('us', ['c']),
      pool('out', ['d']),
    ];
    const weights = { eu: 0.75, us: 0.25, out: 0 };
    const steered = balancer(['eu', 'us', 'out'], {
      steering_policy: 'round_robin',
      pool_weights: weights,
      retry: attempts(1),
    });
    const answer = ask({ balancer: steered, pools }, { want: 160 });
    const counts = tally(answer.rankings.map((ranking) => ranking.origins[0]));
    // Turns are exact except for the start of the round: 3/4 of 160, and 3/4 of these.
    expect(Math.abs((counts.get('eu/a') ?? 0) - 90)).toBeLessThanOrEqual(2);
    expect(Math.abs((counts.get('eu/b') ?? 0) - 30)).toBeLessThanOrEqual(2);
    expect(Math.abs((counts.get('us/c') ?? 0) - 40)).toBeLessThanOrEqual(1);
    expect(counts.get('out/d')).toBeUndefined();
  });

  it('continues turns over all origins from one answer to the next', () => {
    const one = {
      balancer: balancer(['p']),
      pools: [pool('p', ['a', 'b', 'c'], { origin_policy: 'round_robin' })],
    };
    const config = configOf([one.balancer], one.pools);
    const draws = new Draws(seeded(5));
    const firsts = Array.from({ length: 3 }, () => {
      const answer = select(config, undefined, question({ want: 2 }), draws, NOW, STRATEGIES);
      return answer.rankings.map((ranking) => ranking.origins[0]);
    });
    expect(Object.fromEntries(tally(firsts.flat()))).toEqual({ 'p/a': 2, 'p/b': 2, 'p/c': 2 });
  });

  it('names the origin policy of a ranking that another pool made', () => {
    const pools = [pool('x', ['a', 'b'], { origin_policy: 'random' }), pool('y', ['c'])];
    const { strategy, rankings } = ask(
      { balancer: balancer(['x', 'y'], { steering_policy: 'round_robin' }), pools },
      { want: 4 },
    );
    const label = (id = '') => (id.startsWith('x/') ? 'round_robin/random' : 'round_robin/off');
    expect(strategy).toBe(label(rankings[0]?.origins[0]));
    expect(rankings.map((one) => one.strategy ?? strategy)).toEqual(
      rankings.map(({ origins: [first] }) => label(first)),
    );
    expect(rankings.filter((one) => one.strategy !== undefined)).toHaveLength(2);
  });

  it('gives the same rankings for the same seed', () => {
    const pools = [pool('p', ['a', 'b', 'c'], { origin_policy: 'random' })];
    const setting = { balancer: balancer(['p']), pools };
    expect(ask(setting, { want: 20 }, 9)).toEqual(ask(setting, { want: 20 }, 9));
    expect(ask(setting, { want: 20 }, 9)).not.toEqual(ask(setting, { want: 20 }, 10));
  });
});

describe('failover', () => {
  const pools = [pool('eu', ['a', 'b']), pool('us', ['c', 'd']), pool('last', ['e'])];
  const across = (count: number, some: Partial<Balancer> = {}) =>
    balancer(['eu', 'us'], {
      fallback_pool: 'last',
      failover_across_pools: true,
      retry: attempts(count),
      ...some,
    });

  it('stays in the pool unless failover_across_pools is set', () => {
    const within = across(5, { failover_across_pools: false });
    expect(origins({ balancer: within, pools })).toEqual(['eu/a', 'eu/b']);
  });

  it('goes on to the next pools and to the fallback pool at the end', () => {
    expect(origins({ balancer: across(10), pools })).toEqual(['eu/a', 'eu/b', 'us/c', 'us/d', 'last/e']);
  });

  it('names at most as many origins as a request has attempts', () => {
    expect(origins({ balancer: across(3), pools })).toEqual(['eu/a', 'eu/b', 'us/c']);
    expect(origins({ balancer: across(1), pools })).toEqual(['eu/a']);
  });

  it('names the fallback pool once when it is one of the pools', () => {
    expect(origins({ balancer: across(10, { fallback_pool: 'us' }), pools })).toEqual([
      'eu/a',
      'eu/b',
      'us/c',
      'us/d',
    ]);
  });

  it('puts degraded origins behind the others of their pool and before the next pool', () => {
    const health = healthOf({ 'eu/a': 'degraded' });
    expect(origins({ balancer: across(3), pools, health })).toEqual(['eu/b', 'eu/a', 'us/c']);
  });
});

describe('reasons', () => {
  const eu = pool('eu', ['a']);
  const us = pool('us', ['b']);
  const steered = balancer(['eu', 'us'], { fallback_pool: 'us' });

  it.each<[string, Pool, HealthDocument | undefined]>([
    ['disabled', { ...eu, enabled: false }, undefined],
    ['drain', { ...eu, state: 'drain' }, undefined],
    ['maintenance', { ...eu, state: 'maintenance' }, undefined],
    ['down', eu, healthOf({ 'eu/a': 'down' })],
    ['no_weight', { ...eu, origins: [origin('eu', 'a', { weight: 0 })] }, undefined],
  ])('say that a pool is no candidate because of %s', (reason, first, health) => {
    const answer = ask({ balancer: steered, pools: [first, us], ...(health && { health }) });
    expect(answer.reasons).toBe(`eu:${reason}`);
    expect(answer.rankings[0]?.origins).toEqual(['us/b']);
    // Steering chose it.
    expect(answer.rankings[0]?.fallback).toBeUndefined();
  });

  it('say when the fallback pool is the last resort', () => {
    const health = healthOf({ 'eu/a': 'down', 'us/b': 'down' });
    const answer = ask({ balancer: steered, pools: [eu, us], health });
    expect(answer.reasons).toBe('eu:down,us:down');
    expect(answer.rankings[0]).toMatchObject({ origins: ['us/b'], fallback: 'us' });
  });

  it('are absent while all pools are candidates', () => {
    expect(ask({ balancer: steered, pools: [eu, us] })).not.toHaveProperty('reasons');
  });
});

describe('the fallback pool', () => {
  const pools = [pool('eu', ['a']), pool('last', ['b', 'c'])];
  const steered = balancer(['eu'], { fallback_pool: 'last' });

  it('serves whatever its health when no pool is left', () => {
    const health = healthOf({ 'eu/a': 'down', 'last/b': 'down', 'last/c': 'down' });
    const answer = ask({ balancer: steered, pools, health });
    expect(answer.rankings[0]?.origins).toEqual(['last/b', 'last/c']);
    expect(answer.strategy).toBe('off/off');
    expect(answer.health_version).toBe(3);
  });

  it('tries origins first that are not down', () => {
    const health = healthOf({ 'eu/a': 'down', 'last/b': 'down' });
    expect(origins({ balancer: steered, pools, health })).toEqual(['last/c', 'last/b']);
  });

  it('serves when no pool of the list that geo chose is left, even if other pools are up', () => {
    const facts = { colo: 'FRA', country: 'DE', region: 'WEU' };
    const near = balancer(['us'], {
      steering_policy: 'geo',
      fallback_pool: 'last',
      country_pools: { DE: ['eu'] },
    });
    const all = [...pools, pool('us', ['d'])];
    expect(origins({ balancer: near, pools: all }, { facts })).toEqual(['eu/a']);
    const health = healthOf({ 'eu/a': 'down' });
    expect(origins({ balancer: near, pools: all, health }, { facts })).toEqual(['last/b', 'last/c']);
  });

  it('leaves an empty ranking when it is disabled too', () => {
    const disabled = [pool('eu', ['a'], { enabled: false }), pool('last', ['b'], { enabled: false })];
    expect(ask({ balancer: steered, pools: disabled }).rankings).toEqual([{ origins: [], finalists: 0 }]);
  });
});

describe('health', () => {
  const pools = [pool('p', ['a', 'b'])];
  const setting = { balancer: balancer(['p']), pools };

  it('keeps the configured order while health is unknown', () => {
    expect(origins(setting)).toEqual(['p/a', 'p/b']);
  });

  it('serves as before when a document becomes unknown, and when it is back', () => {
    const config = configOf([setting.balancer], pools);
    const draws = new Draws(seeded(1));
    const first = (health: HealthDocument | undefined) =>
      select(config, health, question(), draws, NOW, STRATEGIES).rankings[0]?.origins[0];
    const down = healthOf({ 'p/a': 'down' });
    expect([first(down), first(undefined), first(down)]).toEqual(['p/b', 'p/a', 'p/b']);
  });

  it('follows a new document at once', () => {
    const config = configOf([setting.balancer], pools);
    const draws = new Draws(seeded(1));
    const first = (health: HealthDocument) =>
      select(config, health, question(), draws, NOW, STRATEGIES).rankings[0]?.origins[0];
    expect(first(healthOf({}, 1))).toBe('p/a');
    expect(first(healthOf({ 'p/a': 'down' }, 2))).toBe('p/b');
    expect(first(healthOf({}, 3))).toBe('p/a');
  });
});

describe('finalists', () => {
  const lor = { origin_policy: 'least_outstanding_requests' } as const;

  it('stay in the ranking even if a request has one attempt', () => {
    const pools = [pool('p', ['a', 'b', 'c'], lor)];
    const [ranking] = ask({ balancer: balancer(['p'], { retry: attempts(1) }), pools }).rankings;
    expect(ranking).toMatchObject({ finalists: 2, by: 'inflight' });
    expect(ranking?.origins).toHaveLength(2);
  });

  it('are origins of the first pool only', () => {
    const pools = [pool('x', ['a'], lor), pool('y', ['b', 'c'], lor)];
    const setting = balancer(['x', 'y'], {
      steering_policy: 'least_outstanding_requests',
      failover_across_pools: true,
      retry: attempts(3),
    });
    const { rankings } = ask({ balancer: setting, pools }, { want: 50 });
    for (const ranking of rankings) {
      const inX = ranking.origins[0] === 'x/a';
      expect(ranking.finalists).toBe(inX ? 0 : 2);
    }
    expect(tally(rankings.map(({ finalists }) => String(finalists))).size).toBe(2);
  });
});

describe('an answer that is kept', () => {
  const of = (steering: Balancer['steering_policy'], origin_policy: Pool['origin_policy'], want = 5) =>
    ask(
      {
        balancer: balancer(['p', 'q'], { steering_policy: steering }),
        pools: [pool('p', ['a', 'b'], { origin_policy }), pool('q', ['c', 'd'], { origin_policy })],
      },
      {
        want,
        facts: { client_address: '192.0.2.1', position: '1,1', colo: '', country: '', region: '' },
      },
    );

  it('repeats one ranking only if neither level draws', () => {
    for (const [steering, inner] of [
      ['off', 'off'],
      ['off', 'hash'],
      ['hash', 'hash'],
      ['geo', 'off'],
      ['proximity', 'hash'],
    ] as const) {
      const answer = of(steering, inner);
      expect([answer.use, answer.rankings.length]).toEqual(['repeat', 1]);
    }
    for (const [steering, inner] of [
      ['off', 'random'],
      ['random', 'off'],
      ['hash', 'round_robin'],
      ['round_robin', 'hash'],
      ['off', 'least_outstanding_requests'],
    ] as const) {
      const answer = of(steering, inner);
      expect([answer.use, answer.rankings.length]).toEqual(['once', 5]);
    }
  });

  it('repeats if a strategy that draws has only one target', () => {
    const pools = [pool('p', ['a'], { origin_policy: 'random' })];
    const answer = ask({ balancer: balancer(['p'], { steering_policy: 'random' }), pools }, { want: 9 });
    expect([answer.use, answer.rankings.length]).toEqual(['repeat', 1]);
  });

  it('does not repeat the ranking of a request whose address is not known', () => {
    const pools = [pool('p', ['a', 'b', 'c'], { origin_policy: 'hash' })];
    const facts = { client_address: '' };
    const answer = ask({ balancer: balancer(['p']), pools }, { want: 30, facts });
    expect(answer.use).toBe('once');
    expect(tally(answer.rankings.map((one) => one.origins[0])).size).toBe(3);
    expect(answer.vary).toEqual(['client_address']);
  });

  it('has from 1 to 256 rankings', () => {
    expect(of('off', 'random', 0).rankings).toHaveLength(1);
    expect(of('off', 'random', -5).rankings).toHaveLength(1);
    expect(of('off', 'random', Number.NaN).rankings).toHaveLength(1);
    expect(of('off', 'random', 2.9).rankings).toHaveLength(2);
    expect(of('off', 'random', 1e9).rankings).toHaveLength(256);
  });

  it('varies on the facts that either level reads', () => {
    expect(of('geo', 'hash').vary).toEqual(['colo', 'country', 'region', 'client_address']);
    expect(of('proximity', 'random').vary).toEqual(['position']);
    expect(of('off', 'random').vary).toEqual([]);
  });

  it('has no ranking and names the facts when the question lacks one of them', () => {
    const setting = {
      balancer: balancer(['p'], { steering_policy: 'geo' }),
      pools: [pool('p', ['a', 'b'])],
    };
    const answer = ask(setting, { facts: { colo: 'FRA', country: 'DE' } });
    expect(answer).toMatchObject({ rankings: [], vary: ['colo', 'country', 'region'], strategy: 'geo/off' });
    expect(origins(setting, { facts: { colo: '', country: '', region: '' } })).toEqual(['p/a', 'p/b']);
  });
});

describe('a question that it cannot answer', () => {
  it('is refused with the id of a balancer that it does not know', () => {
    const setting = { balancer: balancer(['p']), pools: [pool('p', ['a'])] };
    expect(() => ask(setting, { balancer: 'other' })).toThrow(
      'no load balancer "other" in configuration version 7',
    );
  });

  it('is refused with the name of a strategy that only a newer selector has', () => {
    const odd = { ...balancer(['p']), steering_policy: 'constructor' as Balancer['steering_policy'] };
    expect(() => ask({ balancer: odd, pools: [pool('p', ['a'])] })).toThrow(
      'this selector has no strategy "constructor"',
    );
  });
});

describe('weights that differ from the configuration', () => {
  const warming = (origin_policy: Pool['origin_policy']) => ({
    balancer: balancer(['p']),
    pools: [pool('p', ['a', 'b'], { origin_policy, degraded_weight: 0.5 })],
    health: healthOf({ 'p/a': 'degraded' }),
  });

  it('are sent to a gateway that settles by load', () => {
    const [ranking] = ask(warming('power_of_two')).rankings;
    expect(ranking?.weights).toEqual({ 'p/a': 0.5 });
  });

  it('are not sent if the order stands, because it was drawn by them', () => {
    const [ranking] = ask(warming('random')).rankings;
    expect(ranking).not.toHaveProperty('weights');
  });

  it('are not sent if there are none', () => {
    const [ranking] = ask({ ...warming('power_of_two'), health: healthOf({}) }).rankings;
    expect(ranking).not.toHaveProperty('weights');
  });
});

describe('rules', () => {
  const pools = [pool('eu', ['a', 'b'], { origin_policy: 'round_robin' }), pool('us', ['c', 'd'])];
  const setting = {
    pools,
    balancer: balancer(['eu'], {
      rules: [
        { name: 'to us', overrides: { default_pools: ['us'] } },
        { name: 'by hash', overrides: { steering_policy: 'hash', default_pools: ['eu', 'us'] } },
        { name: 'as before', overrides: { fallback_pool: 'us' } },
      ],
    }),
  };

  it('change the balancer of the question', () => {
    expect(origins(setting)).toEqual(expect.arrayContaining(['eu/a', 'eu/b']));
    expect(origins(setting, { rules: ['to us'] })).toEqual(['us/c', 'us/d']);
    expect(ask(setting, { rules: ['by hash'] })).toMatchObject({ rankings: [], vary: ['client_address'] });
  });

  it('of another version change nothing', () => {
    expect(origins(setting, { rules: ['later'] })).toEqual(expect.arrayContaining(['eu/a', 'eu/b']));
  });

  it('have turns of their own', () => {
    const config = configOf([setting.balancer], pools);
    const draws = new Draws(seeded(1));
    const first = (rules?: string[]) =>
      select(config, undefined, question(rules === undefined ? {} : { rules }), draws, NOW, STRATEGIES)
        .rankings[0]?.origins[0];
    const [one, , other] = [first(), first(['as before']), first()];
    expect(new Set([one, other])).toEqual(new Set(['eu/a', 'eu/b']));
  });
});
