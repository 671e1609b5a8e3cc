import { describe, expect, it } from 'vitest';
import type { FactName, Facts } from '../../../shared/contracts/facts.ts';
import type { Ranking } from '../../../shared/contracts/selection.ts';
import type { Option } from '../../../shared/strategies/option.ts';
import { policyNamed, STRATEGIES } from '../../../shared/strategies/strategies.ts';
import { readsOf, type Strategy, type Target } from '../../../shared/strategies/strategy.ts';
import { settle } from '../../../workers/gateway/selection/settlers/settle.ts';
import { newLoads } from '../../../workers/gateway/state/load/loads.ts';
import {
  CHI_SQUARE_P001,
  chiSquare,
  drawOf,
  options,
  origin,
  seeded,
  tally,
  targets,
} from '../../support/rankings.ts';

const NONE: Ranking = { origins: [], finalists: 0 };

// The laws for every strategy, and for every strategy that weighs. A strategy in the catalogue is held to them without a
// line here.

const FACTS: Facts = {
  client_address: '192.0.2.7',
  colo: 'FRA',
  country: 'DE',
  region: 'WEU',
  position: '50,9',
};
const FIVE = targets({ a: 0.2, b: 1, c: 0.5, d: 1, e: 0.01 });

/** Shares follow whole points on a ring, so they are not exact and change with the scale of the weights. */
const BY_POINTS = ['ketama'];
/** Targets are drawn evenly and compared by load over weight, so shares follow from load. */
const BY_LOAD_ALONE = ['power_of_two'];

/** Options in which `default_pools` lists the targets, for `geo`. */
const optionsFor = (list: readonly Target[], limit = 10) =>
  options({ limit, default_pools: list.map(({ id }) => id) });

function rank(strategy: Strategy, list: readonly Target[], seed: number, facts = FACTS) {
  return strategy.rank(list, facts, drawOf(seed, seed), optionsFor(list));
}

describe.each(Object.entries<Strategy>(STRATEGIES))('%s', (name, strategy) => {
  it('is listed under its own name', () => {
    expect(strategy.name).toBe(name);
  });

  it('ranks each target once and no other id', () => {
    for (let seed = 0; seed < 50; seed++) {
      expect([...rank(strategy, FIVE, seed).order].sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
    }
  });

  it('always chooses the only target', () => {
    for (let seed = 0; seed < 10; seed++) {
      expect(rank(strategy, targets({ a: 0.3 }), seed).order).toEqual(['a']);
    }
  });

  it('gives the same ranking for the same draws and facts', () => {
    for (let seed = 0; seed < 20; seed++) {
      expect(rank(strategy, FIVE, seed)).toEqual(rank(strategy, FIVE, seed));
    }
  });

  it.skipIf(BY_POINTS.includes(name))('ranks the same when all weights are multiplied by a constant', () => {
    // Division by a power of two rounds nothing.
    const smaller = FIVE.map((target) => ({ ...target, weight: target.weight / 8 }));
    for (let seed = 0; seed < 50; seed++) {
      expect(rank(strategy, smaller, seed)).toEqual(rank(strategy, FIVE, seed));
    }
  });

  it('reads no fact that it does not declare', () => {
    const seen = new Set<string | symbol>();
    const watched = new Proxy(FACTS, {
      get: (facts, fact) => {
        seen.add(fact);
        return facts[fact as FactName];
      },
    });
    rank(strategy, FIVE, 1, watched);
    rank(strategy, FIVE, 1, new Proxy({}, { get: (_, fact) => void seen.add(fact) }));
    expect([...seen].filter((fact) => !readsOf(strategy, options()).includes(fact as FactName))).toEqual([]);
  });

  it('ranks when its facts are not known', () => {
    const unknown = Object.fromEntries(readsOf(strategy, options()).map((fact) => [fact, '']));
    expect(rank(strategy, FIVE, 1, unknown).order).toHaveLength(5);
  });

  it('does not change the targets', () => {
    const frozen = Object.freeze(FIVE.map((target) => Object.freeze({ ...target })));
    expect(() => rank(strategy, frozen, 1)).not.toThrow();
  });

  it('names at most as many finalists as it ranked', () => {
    for (const list of [targets({ a: 1 }), FIVE]) {
      const { order, finalists = 0 } = strategy.rank(list, FACTS, drawOf(1), optionsFor(list, 1));
      expect(finalists).toBeLessThanOrEqual(order.length);
    }
  });

  it('has its finalists settled as it declares', () => {
    const { settled_by } = policyNamed(name) ?? {};
    for (const bounded_load of [0, 125]) {
      const { finalists = 0, by } = strategy.rank(FIVE, FACTS, drawOf(1), {
        ...optionsFor(FIVE),
        bounded_load,
      });
      if (finalists > 1) expect(by ?? 'inflight').toBe(settled_by);
    }
  });

  const { settled_by, options: declared = {} } = policyNamed(name) ?? {};
  const numbers = Object.entries<Option>(declared).flatMap(([option, described]) =>
    'range' in described ? [[option, described] as const] : [],
  );
  it.runIf(settled_by !== undefined).each(numbers)(
    'ranks by its option `%s` or hands it to the gateway',
    (option, { default: usual, range: [least, most] }) => {
      const under = (value: number) =>
        [1, 2, 3].map((seed) =>
          strategy.rank(FIVE, FACTS, drawOf(seed, seed), { ...optionsFor(FIVE), [option]: value }),
        );
      expect(under(usual === least ? most : least)).not.toEqual(under(usual));
    },
  );

  it.runIf(strategy.use === 'repeat')('gives the same ranking whatever is drawn', () => {
    for (let seed = 1; seed < 20; seed++) {
      expect(rank(strategy, FIVE, seed)).toEqual(rank(strategy, FIVE, 0));
    }
  });

  const by_weight = strategy.weighted && ![...BY_POINTS, ...BY_LOAD_ALONE].includes(name);
  it.runIf(by_weight).each([
    { a: 0.1, b: 0.2, c: 0.3, d: 0.4 },
    // Weights have no bounds relative to each other.
    { a: 1, b: 0.02 },
  ])('chooses each target as often as its weight says, while all are idle: %j', (weights) => {
    const list = targets(weights);
    const draw = drawOf(42);
    const origins = list.map(({ id, weight }) => origin('p', id, { id: `p/${id}`, weight }));
    const idle = newLoads(() => 0, seeded(7));
    const firsts = tally(
      Array.from({ length: 20_000 }, (_, i) => {
        const facts = { client_address: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}` };
        const { order, finalists = 0, use: _use, ...by } = strategy.rank(list, facts, draw, optionsFor(list));
        const ranked = order.flatMap((id) => origins.find((one) => one.name === id) ?? []);
        return settle({ ...NONE, finalists, ...by }, ranked, idle)[0]?.name;
      }),
    );
    expect(chiSquare(firsts, weights)).toBeLessThan(CHI_SQUARE_P001[list.length - 1] ?? 0);
  });
});
