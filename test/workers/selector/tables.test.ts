import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FactName } from '../../../shared/contracts/facts.ts';
import { classOf } from '../../../shared/hashing/class_of.ts';
import type { Balancer, Canary, Pool } from '../../../shared/model/config.ts';
import type { OriginId } from '../../../shared/model/ids.ts';
import { STRATEGY_DEFAULTS } from '../../../shared/model/strategy_defaults.ts';
import { POLICIES, STRATEGIES } from '../../../shared/strategies/strategies.ts';
import { rankingByKey } from '../../../workers/gateway/selection/ranking_by_key.ts';
import { Draws } from '../../../workers/selector/draws.ts';
import { type BareAnswer, select } from '../../../workers/selector/select.ts';
import {
  attempts,
  balancer,
  configOf,
  healthOf,
  origin,
  pool,
  question,
  seeded,
} from '../../support/rankings.ts';

const KEYED = POLICIES.filter(({ keyed }) => keyed !== undefined).map(({ name }) => name);
const NOW = 2_000;

interface Setting {
  balancer: Balancer;
  pools: Pool[];
  down: string[];
  /** Origins that have just come up. */
  young?: string[];
}

function ask(
  { balancer, pools, down, young = [] }: Setting,
  facts: Record<string, string>,
  tables: boolean,
): BareAnswer {
  const config = configOf([balancer], pools);
  const health = healthOf(Object.fromEntries(down.map((id) => [id, 'down'])));
  for (const id of young) health.origins[id as OriginId] = { state: 'up', since: NOW - 1_000, rtt_ms: {} };
  const asked = question({ facts, want: 4, ...(tables && { tables: true }) });
  return select(config, health, asked, new Draws(seeded(1)), NOW, STRATEGIES);
}

const reader = (facts: Record<string, string>) => (name: FactName) => facts[name] ?? '';

function classesFor({ classes = [], maps = [] }: BareAnswer, facts: Record<string, string>): string {
  return classes.map((one) => classOf(one, maps, reader(facts))).join('\n');
}

function rankedFor(answer: BareAnswer, facts: Record<string, string>) {
  return answer.rankings.map((ranking) =>
    rankingByKey(ranking, { ...answer, version: '' }, reader(facts), () => true),
  );
}

const client = (number: number) => ({
  client_address: `198.51.${(number >> 8) & 255}.${number & 255}`,
  'header:x-user': number % 5 === 0 ? '' : `user ${number}`,
});

const options = fc.record({
  key: fc.constantFrom(
    ['client_address' as const],
    ['header:x-user' as const],
    ['header:x-user' as const, 'client_address' as const],
  ),
  bounded_load: fc.constantFrom(0, 125),
  fallback: fc.constantFrom('random' as const, 'off' as const),
  table_size: fc.constant(101),
});
const canary = (policies: readonly string[]): fc.Arbitrary<Canary | undefined> =>
  fc.option(
    fc.record({
      policy: fc.constantFrom(...policies),
      percent: fc.constantFrom(0, 30, 100),
      sticky: fc.boolean(),
    }),
    { nil: undefined },
  );
const origin_policy = fc.constantFrom(...KEYED, 'off', 'random');
const steering_policy = fc.constantFrom('off', 'hash', 'random');

const somePool = (id: string) =>
  fc
    .record({
      names: fc.integer({ min: 1, max: 4 }).map((count) => ['a', 'b', 'c', 'd'].slice(0, count)),
      weights: fc.array(fc.constantFrom(1, 0.5, 0.1, 0), { minLength: 4, maxLength: 4 }),
      policy: origin_policy,
      options,
      canary: canary(['hash', 'jump', 'off']),
      shed: fc.constantFrom(0, 0, 40),
      slow: fc.boolean(),
    })
    .map(({ names, weights, policy, options, canary, shed, slow }) =>
      pool(
        id,
        names.map((name, at) => origin(id, name, { weight: weights[at] ?? 1 })),
        {
          origin_policy: policy,
          origin_options: { ...STRATEGY_DEFAULTS, ...options },
          ...(canary && { canary }),
          ...(slow && { slow_start: { window_s: 30, aggression: 1, min_weight: 0.1 } }),
          ...(shed > 0 && {
            load_shedding: {
              default_percent: shed,
              default_policy: 'hash',
              session_percent: 0,
            },
          }),
        },
      ),
    );

const setting: fc.Arbitrary<Setting> = fc
  .record({
    pools: fc.tuple(somePool('p'), somePool('q'), somePool('r')),
    steering_policy,
    steering: options,
    canary: canary(['hash', 'off']),
    across: fc.boolean(),
    tries: fc.integer({ min: 1, max: 4 }),
    down: fc.subarray(['p/a', 'p/b', 'q/a', 'r/a']),
    young: fc.subarray(['p/c', 'p/d', 'q/b', 'q/c']),
  })
  .map(({ pools, steering_policy, steering, canary, across, tries, down, young }) => ({
    pools,
    down,
    young,
    balancer: balancer(['p', 'q', 'r'], {
      steering_policy,
      steering_options: { ...STRATEGY_DEFAULTS, ...steering },
      failover_across_pools: across,
      retry: attempts(tries),
      ...(canary && { canary }),
    }),
  }));

describe('an answer with maps', () => {
  it('ranks every request of its classes as an answer to its own question would', () => {
    let compared = 0;
    fc.assert(
      fc.property(setting, fc.nat({ max: 1_000 }), (one, first) => {
        const answer = ask(one, client(first), true);
        for (let number = first; number < first + 20; number++) {
          const facts = client(number);
          const own = ask(one, facts, false);
          expect(own).not.toHaveProperty('maps');
          if (classesFor(answer, facts) !== classesFor(answer, client(first))) continue;
          // Draws differ each time, so only the rest is compared.
          expect(own.use).toBe(answer.use);
          if (own.use === 'once' || answer.classes === undefined) continue;
          expect(rankedFor(answer, facts)).toEqual(own.rankings);
          compared++;
        }
      }),
      { seed: 1, numRuns: 100 },
    );
    expect(compared).toBeGreaterThan(200);
  });

  it('has maps only if the gateway asks for them', () => {
    const one = {
      balancer: balancer(['p']),
      pools: [pool('p', ['a', 'b'], { origin_policy: 'hash' })],
      down: [],
    };
    expect(ask(one, client(1), true)).toMatchObject({
      classes: [{ has: ['client_address'] }],
      maps: [{ by: 'rendezvous', ids: ['p/a', 'p/b'], weights: [1, 1] }],
      vary: ['client_address'],
      use: 'repeat',
    });
    const plain = ask(one, client(1), false);
    expect(plain).not.toHaveProperty('classes');
    expect(plain.rankings[0]).not.toHaveProperty('parts');
  });

  it('is an ordinary batch for requests without a key', () => {
    const told = { ...STRATEGY_DEFAULTS, key: ['header:x-user' as const] };
    const one = {
      balancer: balancer(['p']),
      pools: [pool('p', ['a', 'b'], { origin_policy: 'hash', origin_options: told })],
      down: [],
    };
    const answer = ask(one, { 'header:x-user': '' }, true);
    expect(answer).toMatchObject({ use: 'once', classes: [{ has: ['header:x-user'] }] });
    expect(answer.rankings).toHaveLength(4);
    expect(answer.rankings.every(({ parts }) => parts === undefined)).toBe(true);
  });

  it('serves all clients if one keyed policy chooses among pools and another among origins', () => {
    const one = {
      balancer: balancer(['p', 'q'], { steering_policy: 'hash' }),
      pools: [pool('p', ['a', 'b'], { origin_policy: 'random' }), pool('q', ['a', 'b'])],
      down: [],
    };
    const answer = ask(one, client(1), true);
    const kinds = new Set(Array.from({ length: 100 }, (_, number) => classesFor(answer, client(number))));
    expect([...kinds].sort()).toEqual(['p', 'q']);
  });

  it('has no maps if they are large or if a shadow compares each key', () => {
    const large = { ...STRATEGY_DEFAULTS, table_size: 655_373 };
    const one = {
      balancer: balancer(['p']),
      pools: [pool('p', ['a', 'b'], { origin_policy: 'maglev', origin_options: large })],
      down: [],
    };
    const shadowed = {
      ...one,
      pools: [pool('p', ['a', 'b'], { origin_policy: 'hash', shadow: { policy: 'jump' } })],
    };
    for (const each of [one, shadowed]) {
      const answer = ask(each, client(1), true);
      expect(answer).not.toHaveProperty('maps');
      expect(answer.rankings[0]).not.toHaveProperty('parts');
      expect(answer).toEqual(ask(each, client(1), false));
    }
  });
});
