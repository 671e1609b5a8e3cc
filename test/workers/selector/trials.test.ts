import { describe, expect, it } from 'vitest';
import type { Answer, Question } from '../../../shared/contracts/selection.ts';
import type { Balancer, Pool } from '../../../shared/model/config.ts';
import { STRATEGY_DEFAULTS } from '../../../shared/model/strategy_defaults.ts';
import { STRATEGIES } from '../../../shared/strategies/strategies.ts';
import type { Strategy } from '../../../shared/strategies/strategy.ts';
import { Draws, type Sequences } from '../../../workers/selector/draws.ts';
import { select } from '../../../workers/selector/select.ts';
import { balancer, configOf, drawOf, pool, question, seeded } from '../../support/rankings.ts';

const NAMES = ['a', 'b', 'c', 'd'];

type BareAnswer = Omit<Answer, 'version'>;

function ask(
  trial: Partial<Pool>,
  some: Partial<Question> = {},
  draws: Sequences = new Draws(seeded(1)),
  strategies: Readonly<Record<string, Strategy>> = STRATEGIES,
): BareAnswer {
  const config = configOf([balancer(['p'])], [pool('p', NAMES, trial)]);
  return select(config, undefined, question(some), draws, 2_000, strategies);
}

const POOLS = ['w', 'x', 'y', 'z'];

/** The same for a trial among four pools of three origins each. */
function askAmongPools(
  trial: Partial<Balancer>,
  some: Partial<Question> = {},
  draws: Sequences = new Draws(seeded(1)),
  origins: Partial<Pool> = {},
): BareAnswer {
  const pools = POOLS.map((id) => pool(id, ['a', 'b', 'c'], origins));
  const config = configOf([balancer(POOLS, trial)], pools);
  return select(config, undefined, question(some), draws, 2_000, STRATEGIES);
}

const poolOfFirst = ({ origins: [first] }: { origins: readonly string[] }) => first?.split('/')[0];

/** Sequences with randomness of their own, so that draws from one do not change another. */
function apart(): Sequences {
  const kept = new Map<string, ReturnType<typeof drawOf>>();
  return {
    of: (key) => {
      const draw = kept.get(key) ?? drawOf([...key].reduce((sum, char) => sum * 31 + char.charCodeAt(0), 7));
      kept.set(key, draw);
      return draw;
    },
  };
}

const client = (index: number) => ({
  client_address: `198.${index % 256}.${(index >> 8) % 256}.${(index * 7) % 256}`,
});

describe('a canary', () => {
  it('makes its share of the decisions, drawn for each, and marks them', () => {
    const canary = { policy: 'random', percent: 5, sticky: false } as const;
    const draws = new Draws(seeded(3));
    const answers = Array.from({ length: 40 }, () =>
      ask({ origin_policy: 'round_robin', canary }, { want: 256 }, draws),
    );
    const rankings = answers.flatMap((answer) => answer.rankings);
    const taken = rankings.filter(({ variant }) => variant === 'canary');
    // Binomial with n = 10,240 and p = 0.05: mean 512, standard deviation 22.1; four of these are 88.
    expect(rankings).toHaveLength(10_240);
    expect(Math.abs(taken.length - 512)).toBeLessThan(88);
    for (const { strategy, use } of answers)
      expect({ strategy, use }).toEqual({ strategy: 'off/round_robin', use: 'once' });
    for (const { variant, strategy } of rankings)
      expect(strategy).toBe(variant === 'canary' ? 'off/random' : undefined);
  });

  it('takes no turn of the live policy', () => {
    const canary = { policy: 'off', percent: 30, sticky: false } as const;
    const { rankings } = ask({ origin_policy: 'round_robin', canary }, { want: 256 });
    const live = rankings.filter(({ variant }) => variant === undefined);
    const counts = NAMES.map((name) => live.filter(({ origins: [first] }) => first === `p/${name}`).length);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  });

  it('keeps a sticky client, asks for its address, and has its share of the clients', () => {
    const canary = { policy: 'random', percent: 20, sticky: true } as const;
    const setting = { origin_policy: 'off', canary } as const;
    expect(ask(setting)).toMatchObject({ rankings: [], vary: ['client_address'] });
    const variants = (percent: number, seed: number) =>
      Array.from({ length: 2_000 }, (_, index) => {
        const draws = new Draws(seeded(seed + index));
        const { rankings } = ask(
          { ...setting, canary: { ...canary, percent } },
          { facts: client(index), want: 3 },
          draws,
        );
        const seen = new Set(rankings.map(({ variant }) => variant ?? 'live'));
        expect(seen.size).toBe(1);
        return [...seen][0];
      });
    const first = variants(20, 1);
    expect(variants(20, 9_999)).toEqual(first);
    // Binomial with n = 2,000 and p = 0.2: mean 400, standard deviation 17.9; four of these are 72.
    const count = first.filter((variant) => variant === 'canary').length;
    expect(Math.abs(count - 400)).toBeLessThan(72);
    // A client in the canary stays in when the share grows.
    const grown = variants(40, 1);
    expect(first.every((variant, index) => variant === 'live' || grown[index] === 'canary')).toBe(true);
  });

  it('has its share of the keys if the live policy maps keys, whatever is drawn', () => {
    const canary = { policy: 'off', percent: 20, sticky: false } as const;
    const key = { ...STRATEGY_DEFAULTS, key: ['path' as const] };
    const setting = { origin_policy: 'hash', origin_options: key, canary } as const;
    const variants = (seed: number) =>
      Array.from({ length: 2_000 }, (_, index) => {
        const facts = { path: `/item/${index}` };
        const { rankings, use } = ask(setting, { facts, want: 3 }, new Draws(seeded(seed + index)));
        expect(use).toBe('repeat');
        return rankings[0]?.variant ?? 'live';
      });
    const first = variants(1);
    expect(variants(9_999)).toEqual(first);
    // Binomial with n = 2,000 and p = 0.2: mean 400, standard deviation 17.9; four of these are 72.
    expect(Math.abs(first.filter((variant) => variant === 'canary').length - 400)).toBeLessThan(72);
    // A request without a key is drawn.
    const { rankings } = ask(setting, { facts: { path: '' }, want: 256 });
    expect(new Set(rankings.map(({ variant }) => variant))).toEqual(new Set([undefined, 'canary']));
  });

  it('treats an IPv6 client as its /64', () => {
    const canary = { policy: 'random', percent: 50, sticky: true } as const;
    const variant = (client_address: string) =>
      ask({ origin_policy: 'off', canary }, { facts: { client_address } }).rankings[0]?.variant;
    for (let network = 0; network < 32; network++)
      expect(variant(`2001:db8:0:${network.toString(16)}::1`)).toBe(
        variant(`2001:db8:0:${network.toString(16)}:a:b:c:d`),
      );
  });

  it.each([
    [0, 'off/off', undefined],
    [100, 'off/round_robin', 'canary'],
  ] as const)('of %d percent needs no drawing', (percent, strategy, variant) => {
    const canary = { policy: 'round_robin', percent, sticky: false } as const;
    const answer = ask({ canary }, { want: 3 });
    for (const ranking of answer.rankings) {
      expect(ranking.strategy ?? answer.strategy).toBe(strategy);
      expect(ranking.variant).toBe(variant);
    }
  });
});

describe('a shadow', () => {
  const without = ({ rankings, use }: BareAnswer) => ({
    use,
    rankings: rankings.map(({ shadow: _, ...ranking }) => ranking),
  });

  it.each(['round_robin', 'random', 'power_of_two', 'off', 'smooth_weighted_round_robin'] as const)(
    'changes nothing about the rankings of %s',
    (origin_policy) => {
      const plain = ask({ origin_policy }, { want: 64 }, apart());
      const cast = ask({ origin_policy, shadow: { policy: 'random' } }, { want: 64 }, apart());
      const { rankings } = plain;
      // A ranking that repeats is given once for every draw of its shadow.
      const same = plain.use === 'repeat' ? Array.from({ length: 64 }, () => rankings[0]) : rankings;
      expect(without(cast)).toEqual({ use: plain.use, rankings: same });
      expect(cast.strategy).toBe(plain.strategy);
      expect(new Set(cast.rankings.map(({ shadow }) => shadow?.origins[0])).size).toBe(4);
    },
  );

  it('gets the same facts and targets, and says how the gateway settles it', () => {
    const hashed = { client_address: '192.0.2.7' };
    const { rankings, vary } = ask({ shadow: { policy: 'hash' } }, { facts: hashed });
    const { rankings: live } = ask({ origin_policy: 'hash' }, { facts: hashed });
    expect(vary).toEqual(['client_address']);
    expect(rankings[0]?.shadow).toEqual({
      strategy: 'off/hash',
      origins: live[0]?.origins.slice(0, 1),
      finalists: 0,
    });
    const { shadow } = ask({ shadow: { policy: 'peak_ewma' } }).rankings[0] ?? {};
    expect(shadow).toMatchObject({ strategy: 'off/peak_ewma', by: 'peak_ewma', finalists: 2 });
    expect(shadow?.origins).toHaveLength(2);
  });

  it('does not change traffic if it throws or this selector does not have it', () => {
    const broken: Strategy = {
      name: 'broken',
      reads: [],
      use: 'repeat',
      weighted: true,
      rank: () => {
        throw new Error('broken');
      },
    };
    const shadow = { policy: 'hash' } as const;
    const { hash: _, ...others } = STRATEGIES;
    const plain = without(ask({}));
    expect(without(ask({ shadow }, {}, new Draws(seeded(1)), { ...STRATEGIES, hash: broken }))).toEqual(
      plain,
    );
    expect(without(ask({ shadow }, {}, new Draws(seeded(1)), others))).toEqual(plain);
  });

  it('is not asked if the canary decides', () => {
    const canary = { policy: 'random', percent: 50, sticky: false } as const;
    const { rankings } = ask({ canary, shadow: { policy: 'random' } }, { want: 100 });
    expect(rankings.some(({ variant }) => variant === 'canary')).toBe(true);
    for (const { variant, shadow } of rankings) expect(shadow === undefined).toBe(variant === 'canary');
  });
});

describe('a canary among pools', () => {
  it('makes its share of the decisions, drawn for each, and marks them', () => {
    const canary = { policy: 'random', percent: 5, sticky: false } as const;
    const draws = new Draws(seeded(3));
    const rankings = Array.from({ length: 40 }, () =>
      askAmongPools({ canary }, { want: 256 }, draws),
    ).flatMap((answer) => answer.rankings);
    const taken = rankings.filter(({ variant }) => variant === 'canary');
    // Binomial with n = 10,240 and p = 0.05: mean 512, standard deviation 22.1; four of these are 88.
    expect(rankings).toHaveLength(10_240);
    expect(Math.abs(taken.length - 512)).toBeLessThan(88);
    expect(new Set(taken.map(poolOfFirst))).toEqual(new Set(POOLS));
    for (const ranking of rankings)
      expect(ranking.strategy).toBe(ranking.variant === 'canary' ? 'random/off' : undefined);
    for (const ranking of rankings) if (ranking.variant === undefined) expect(poolOfFirst(ranking)).toBe('w');
  });

  it('takes no turn of the live policy', () => {
    const canary = { policy: 'random', percent: 30, sticky: false } as const;
    const { rankings } = askAmongPools({ steering_policy: 'round_robin', canary }, { want: 256 });
    const live = rankings.filter(({ variant }) => variant === undefined);
    const counts = POOLS.map((id) => live.filter((ranking) => poolOfFirst(ranking) === id).length);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  });

  it('keeps a sticky client, independently of the canary of a pool', () => {
    const canary = { policy: 'random', percent: 50, sticky: true } as const;
    expect(askAmongPools({ canary })).toMatchObject({ rankings: [], vary: ['client_address'] });
    const members = (answer: (facts: Question['facts'], seed: number) => BareAnswer) =>
      Array.from({ length: 400 }, (_, index) => {
        const { rankings } = answer(client(index), index);
        const seen = new Set(rankings.map(({ variant }) => variant));
        expect(seen.size).toBe(1);
        return seen.has('canary');
      });
    const among_pools = members((facts, seed) =>
      askAmongPools({ canary }, { facts, want: 3 }, new Draws(seeded(seed))),
    );
    expect(
      members((facts, seed) => askAmongPools({ canary }, { facts }, new Draws(seeded(seed + 1_000)))),
    ).toEqual(among_pools);
    const among_origins = members((facts) => ask({ canary }, { facts }));
    const both = among_pools.filter((member, index) => member && among_origins[index]).length;
    // If both are independent, it is a quarter of 400 with a standard deviation of 8.7. Four of these are 35.
    expect(Math.abs(both - 100)).toBeLessThan(35);
  });

  it('has the candidates of its own policy: pools of geo maps, and pools of weight 0 if it does not weigh', () => {
    const canary = { policy: 'geo', percent: 100, sticky: false } as const;
    const geo = { default_pools: ['w'], country_pools: { DE: ['z'] }, fallback_pool: 'w' };
    const facts = { country: 'DE', region: '', colo: '' };
    const { rankings } = askAmongPools({ ...geo, canary }, { facts });
    expect(poolOfFirst(rankings[0] ?? { origins: [] })).toBe('z');

    const drained = { steering_policy: 'random', pool_weights: { w: 0 } } as const;
    const off = { policy: 'off', percent: 50, sticky: false } as const;
    const tried = askAmongPools({ ...drained, canary: off }, { want: 200 }).rankings;
    for (const ranking of tried) expect(poolOfFirst(ranking) === 'w').toBe(ranking.variant === 'canary');
  });
});

describe('a shadow among pools', () => {
  it('names the origin that would have served, by the policies of the pool that it chooses', () => {
    const { rankings, use } = askAmongPools({ shadow: { policy: 'random' } }, { want: 64 });
    expect(use).toBe('repeat');
    expect(new Set(rankings.map(poolOfFirst))).toEqual(new Set(['w']));
    for (const { shadow } of rankings) {
      expect(shadow?.strategy).toBe('random/off');
      // If both choose the same pool, nothing is drawn again in it, so the first origin is the same.
      if (shadow?.as_ranked) expect(shadow.origins).toEqual([]);
      else expect(['x/a', 'y/a', 'z/a']).toContain(shadow?.origins[0]);
    }
    expect(new Set(rankings.map(({ shadow }) => shadow?.as_ranked))).toEqual(new Set([true, undefined]));
  });

  it.each(['random', 'round_robin', 'power_of_two'] as const)(
    'leaves the turns of %s in the pools as they were',
    (origin_policy) => {
      const origins = { origin_policy };
      const plain = askAmongPools({}, { want: 64 }, apart(), origins);
      const cast = askAmongPools({ shadow: { policy: 'random' } }, { want: 64 }, apart(), origins);
      expect(cast.rankings.map(({ shadow: _, ...ranking }) => ranking)).toEqual(plain.rankings);
    },
  );

  it('shows, together with the shadows of the pools, which origin would serve if all shadows were live', () => {
    const origins = { shadow: { policy: 'hash' } } as const;
    const facts = { client_address: '192.0.2.7' };
    const same = askAmongPools({ shadow: { policy: 'off' } }, { facts }, undefined, origins);
    expect(same.rankings[0]?.shadow).toMatchObject({ strategy: 'off/hash' });
    expect(same.rankings[0]?.shadow).not.toHaveProperty('as_ranked');
    const { rankings } = askAmongPools(
      { shadow: { policy: 'random' } },
      { facts, want: 64 },
      undefined,
      origins,
    );
    for (const { shadow } of rankings) expect(shadow?.strategy).toBe('random/hash');
  });

  it('is not asked if a canary decides at either level', () => {
    const canary = { policy: 'random', percent: 50, sticky: false } as const;
    const trial = { canary, shadow: { policy: 'random' } } as const;
    for (const { rankings } of [
      askAmongPools(trial, { want: 100 }),
      askAmongPools({ shadow: { policy: 'random' } }, { want: 100 }, undefined, { canary }),
    ]) {
      expect(rankings.some(({ variant }) => variant === 'canary')).toBe(true);
      for (const { variant, shadow } of rankings) expect(shadow === undefined).toBe(variant === 'canary');
    }
  });
});
