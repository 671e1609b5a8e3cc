import { describe, expect, it } from 'vitest';
import { hash } from '../../../shared/strategies/hash.ts';
import { jump } from '../../../shared/strategies/jump.ts';
import { ketama } from '../../../shared/strategies/ketama.ts';
import { maglev } from '../../../shared/strategies/maglev.ts';
import { readsOf, type Target } from '../../../shared/strategies/strategy.ts';
import { candidateTiers } from '../../../workers/selector/candidates.ts';
import { drawOf, options, origin, pool, tally, targets } from '../../support/rankings.ts';

const KEYS = Array.from({ length: 2_000 }, (_, i) => `/item/${i}`);
const list = targets({ a: 1, b: 1, c: 1, d: 1, e: 1 });
const by_path = options({ key: ['path'] });

const first = (strategy: typeof hash, among: readonly Target[], path: string, given = by_path) =>
  strategy.rank(among, { path }, drawOf(1), given).order[0];

describe.each([hash, maglev, ketama, jump])('$name', (strategy) => {
  it('reads the facts of its key', () => {
    expect(readsOf(strategy, options())).toEqual(['client_address']);
    expect(readsOf(strategy, options({ key: ['path', 'cookie:s'] }))).toEqual(['path', 'cookie:s']);
  });

  it('treats an IPv6 client as its /64', () => {
    const of = (client_address: string) =>
      strategy.rank(list, { client_address }, drawOf(1), options()).order;
    for (let i = 0; i < 50; i++) expect(of(`2001:db8:${i}::1`)).toEqual(of(`2001:db8:${i}:0:ffff::2`));
  });

  it('hashes several values together, and some of them may be missing', () => {
    const both = options({ key: ['path', 'header:x-tenant'] });
    const of = (path: string, tenant: string) =>
      strategy.rank(list, { path, 'header:x-tenant': tenant }, drawOf(1), both);
    const moved = KEYS.filter((key) => of(key, 'one').order[0] !== of(key, 'two').order[0]);
    // Four in five keys have another origin for another tenant.
    expect(moved.length / KEYS.length).toBeGreaterThan(0.7);
    expect(of('', 'one').use).toBeUndefined();
  });

  it('ranks a request without a key by the fallback, for this request alone', () => {
    const given = options({ key: ['header:x'], fallback: 'off' });
    expect(strategy.rank(list, { 'header:x': '' }, drawOf(1), given)).toEqual({
      order: ['a', 'b', 'c', 'd', 'e'],
      use: 'once',
    });
  });

  it('names every target as a finalist when load is bounded', () => {
    const given = options({ key: ['path'], bounded_load: 125, limit: 1 });
    const ranked = strategy.rank(list, { path: '/x' }, drawOf(1), given);
    expect(ranked).toMatchObject({ finalists: 5, by: 'bounded_load', settle: { bounded_load: 125 } });
    expect([...ranked.order].sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(ranked.order[0]).toBe(first(strategy, list, '/x'));
  });
});

describe.each([hash, ketama])('$name', (strategy) => {
  it('moves only the keys of a target that leaves', () => {
    const rest = list.filter(({ id }) => id !== 'c');
    const moved = KEYS.filter((key) => first(strategy, list, key) !== first(strategy, rest, key));
    expect(moved).toEqual(KEYS.filter((key) => first(strategy, list, key) === 'c'));
  });
});

describe('maglev', () => {
  it("knows origins by host and port, as Envoy's table does", () => {
    const named = (id: string, host: string, port: number) => ({ id, weight: 1, host, port });
    const six = Array.from({ length: 6 }, (_, i) => named(`p/${i}`, '127.0.0.1', 90 + i));
    const other = six.map((target) => ({ ...target, id: `q${target.id}` }));
    for (const key of KEYS.slice(0, 100)) {
      expect(first(maglev, other, key)).toBe(`q${first(maglev, six, key)}`);
    }
  });
});

describe('ketama', () => {
  it("is nginx's mapping of hosts and ports", () => {
    const two = [7777, 7778].map((port) => ({ id: `p/${port}`, weight: 1, host: '127.0.0.1', port }));
    expect(first(ketama, two, '/some/path')).toBe('p/7778');
    expect(first(ketama, two, '/some/longer/path')).toBe('p/7777');
  });

  it('takes weights of nginx by their scale', () => {
    const scaled = targets({ a: 1, b: 0.5 });
    const twice = options({ key: ['path'], weight_scale: 2 });
    const same = KEYS.filter((key) => first(ketama, scaled, key, twice) === first(ketama, scaled, key));
    expect(same.length).toBeGreaterThan(KEYS.length / 2);
    expect(same.length).toBeLessThan(KEYS.length);
  });
});

describe.each([hash, maglev, ketama, jump])('$name with several origins at one address', (strategy) => {
  const same = list.map((target) => ({ ...target, host: '192.0.2.1', port: 8080 }));

  it('gives each of them its share', () => {
    const weighed = same.map((target, index) => ({ ...target, weight: index === 0 ? 0.5 : 1 }));
    // Binomial: with 2,000 keys and a share of 0.2 four standard deviations are 18 %. The points of ketama add 1/√160 = 8 %.
    const tolerance = 0.26;
    for (const among of strategy.weighted ? [same, weighed] : [same]) {
      const total = among.reduce((sum, { weight }) => sum + weight, 0);
      const firsts = tally(KEYS.map((key) => first(strategy, among, key)));
      for (const { id, weight } of among) {
        const share = weight / total;
        expect(Math.abs((firsts.get(id) ?? 0) / KEYS.length - share)).toBeLessThan(tolerance * share);
      }
    }
  });

  it.skipIf(strategy === maglev)('moves only the keys of the origin that is down', () => {
    const twins = ['a', 'b', 'c'].map((name) => origin('p', name, { address: '192.0.2.1' }));
    const { monitor: _, ...whole } = pool('p', twins);
    const without = { ...whole, origins: twins.map((one, at) => ({ ...one, enabled: at !== 0 })) };
    const health = { document: undefined, now: 0 };
    const [all = []] = candidateTiers(whole, health) ?? [];
    const [rest = []] = candidateTiers(without, health) ?? [];
    const moved = KEYS.filter((key) => first(strategy, all, key) !== first(strategy, rest, key));
    expect(moved).toEqual(KEYS.filter((key) => first(strategy, all, key) === 'p/a'));
  });
});

describe('jump', () => {
  const shards = (...present: number[]) =>
    present.map((shard) => ({ id: `s${shard}`, weight: 1, shard, shards: 5 }));

  it('keeps every key whose shard is there when another is missing', () => {
    const whole = shards(0, 1, 2, 3, 4);
    const moved = KEYS.filter((key) => first(jump, whole, key) !== first(jump, shards(0, 1, 3, 4), key));
    expect(moved).toEqual(KEYS.filter((key) => first(jump, whole, key) === 's2'));
  });
});
