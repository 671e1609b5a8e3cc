import { describe, expect, it } from 'vitest';
import type { OriginState } from '../../../shared/contracts/health.ts';
import {
  candidateTiers,
  changesAt,
  lastResortTiers,
  poolTarget,
  type Tiers,
} from '../../../workers/selector/candidates.ts';
import { balancer, healthOf, origin, pool } from '../../support/rankings.ts';

const NOW = 2_000;

function health(states: Record<string, OriginState>) {
  return { document: healthOf(states), now: NOW };
}

const names = (tiers: Tiers | undefined) => tiers?.map((targets) => targets.map(({ id }) => id.slice(2)));

describe('candidateTiers', () => {
  it('takes origins that are up or unknown, not those that are down', () => {
    const states = health({ 'p/a': 'up', 'p/b': 'down' });
    expect(names(candidateTiers(pool('p', ['a', 'b', 'c']), states))).toEqual([['a', 'c']]);
  });

  it('takes every origin while there is no health document', () => {
    expect(names(candidateTiers(pool('p', ['a', 'b']), { document: undefined, now: NOW }))).toEqual([
      ['a', 'b'],
    ]);
  });

  it('ignores health in a pool without a monitor', () => {
    const { monitor: _, ...unwatched } = pool('p', ['a', 'b']);
    expect(names(candidateTiers(unwatched, health({ 'p/a': 'down' })))).toEqual([['a', 'b']]);
  });

  it('leaves out disabled origins and disabled pools', () => {
    const origins = [origin('p', 'a', { enabled: false }), origin('p', 'b')];
    expect(names(candidateTiers(pool('p', origins), health({})))).toEqual([['b']]);
    expect(candidateTiers(pool('p', ['a'], { enabled: false }), health({}))).toBeUndefined();
  });

  it('gives no new traffic to an origin, a pool or a last resort in drain or in maintenance', () => {
    for (const state of ['drain', 'maintenance'] as const) {
      const mixed = pool('p', [origin('p', 'a', { state }), 'b']);
      expect(names(candidateTiers(mixed, health({})))).toEqual([['b']]);
      expect(names(lastResortTiers(mixed, health({})))).toEqual([['b']]);
      expect(candidateTiers(pool('p', ['a'], { state }), health({}))).toBeUndefined();
      expect(lastResortTiers(pool('p', ['a'], { state }), health({}))).toBeUndefined();
    }
  });

  it('counts an origin in drain as able to serve, and an origin in maintenance not', () => {
    const with_a = (state: 'drain' | 'maintenance') =>
      candidateTiers(
        pool('p', [origin('p', 'a', { state }), 'b'], { minimum_origins: 2 }),
        health({ 'p/b': 'up' }),
      );
    expect(names(with_a('drain'))).toEqual([['b']]);
    expect(with_a('maintenance')).toBeUndefined();
  });

  it('keeps an origin in drain when the others fail', () => {
    const panicking = pool('p', [origin('p', 'a', { state: 'drain' }), 'b', 'c'], {
      panic_threshold_percent: 100,
    });
    expect(names(candidateTiers(panicking, health({ 'p/b': 'down' })))).toEqual([['b', 'c']]);
  });

  it('puts degraded origins behind the others while enough of these are left', () => {
    const states = health({ 'p/a': 'degraded', 'p/b': 'up', 'p/c': 'up' });
    const three = ['a', 'b', 'c'];
    expect(names(candidateTiers(pool('p', three, { minimum_origins: 2 }), states))).toEqual([
      ['b', 'c'],
      ['a'],
    ]);
    expect(names(candidateTiers(pool('p', three, { minimum_origins: 3 }), states))).toEqual([
      ['a', 'b', 'c'],
    ]);
  });

  it('serves from degraded origins when there are no others', () => {
    expect(
      names(candidateTiers(pool('p', ['a', 'b']), health({ 'p/a': 'degraded', 'p/b': 'down' }))),
    ).toEqual([['a']]);
  });

  it('leaves out a pool when fewer origins than minimum_origins can serve, where 0 means 1', () => {
    const states = health({ 'p/a': 'down' });
    expect(candidateTiers(pool('p', ['a', 'b'], { minimum_origins: 2 }), states)).toBeUndefined();
    expect(candidateTiers(pool('p', ['a', 'b'], { minimum_origins: 1 }), states)).toBeDefined();
    expect(candidateTiers(pool('p', ['a'], { minimum_origins: 0 }), states)).toBeUndefined();
  });

  it('gives an origin of weight 0 no new traffic, but counts it as able to serve', () => {
    const origins = [origin('p', 'a', { weight: 0 }), origin('p', 'b', { weight: 0.5 })];
    expect(candidateTiers(pool('p', origins, { minimum_origins: 2 }), health({}))).toMatchObject([
      [{ id: 'p/b', weight: 0.5 }],
    ]);
    expect(candidateTiers(pool('p', [origin('p', 'a', { weight: 0 })]), health({}))).toBeUndefined();
  });
});

describe('panic threshold', () => {
  const three = (percent: number) => pool('p', ['a', 'b', 'c'], { panic_threshold_percent: percent });

  it('uses all enabled origins when fewer can serve, and is off by default', () => {
    const states = health({ 'p/a': 'down', 'p/b': 'down' });
    expect(names(candidateTiers(three(50), states))).toEqual([['a', 'b', 'c']]);
    expect(names(candidateTiers(three(33), states))).toEqual([['c']]);
    expect(names(candidateTiers(pool('p', ['a', 'b', 'c']), states))).toEqual([['c']]);
  });

  it('keeps a pool when all of its origins are down', () => {
    const states = health({ 'p/a': 'down', 'p/b': 'down', 'p/c': 'down' });
    expect(names(candidateTiers(three(1), states))).toEqual([['a', 'b', 'c']]);
    expect(candidateTiers(three(0), states)).toBeUndefined();
  });
});

describe('weights by state', () => {
  it('puts degraded origins among the others with a part of their weight', () => {
    const tiers = candidateTiers(
      pool('p', ['a', origin('p', 'b', { weight: 0.8 })], { degraded_weight: 0.5 }),
      health({ 'p/a': 'up', 'p/b': 'degraded' }),
    );
    expect(tiers?.map((tier) => tier.map(({ weight }) => weight))).toEqual([[1, 0.4]]);
  });
});

describe('slow start', () => {
  const slow_start = { window_s: 100, aggression: 1, min_weight: 0.1 };
  const at = (age_ms: number, change = {}) => {
    const document = healthOf({ 'p/a': 'up', 'p/b': 'unknown' });
    const now = document.published_at + 1_000;
    Object.assign(document.origins['p/a'] ?? {}, { since: now - age_ms });
    const one = pool('p', ['a', 'b'], { slow_start, ...change });
    return {
      weight: candidateTiers(one, { document, now })?.[0]?.[0]?.weight,
      again: changesAt(one, { document, now }) - now,
    };
  };

  it('raises the weight of an origin that has come up, and lets the plan expire meanwhile', () => {
    expect(at(0)).toEqual({ weight: 0.1, again: 1_000 });
    expect(at(50_000)).toEqual({ weight: 0.5, again: 1_000 });
    expect(at(100_000)).toEqual({ weight: 1, again: Number.POSITIVE_INFINITY });
  });

  it('says which weight an origin will have, for strategies that map keys', () => {
    const document = healthOf({ 'p/a': 'up', 'p/b': 'unknown' });
    Object.assign(document.origins['p/a'] ?? {}, { since: NOW - 50_000 });
    const weighed = [origin('p', 'a', { weight: 0.8 }), 'b'];
    const [tier = []] = candidateTiers(pool('p', weighed, { slow_start }), { document, now: NOW }) ?? [];
    expect(tier.map(({ weight, full_weight }) => [weight, full_weight])).toEqual([
      [0.4, 0.8],
      [1, undefined],
    ]);
  });

  it('changes nothing in a pool without a monitor or without a window', () => {
    expect(at(0, { monitor: undefined }).weight).toBe(1);
    expect(at(0, { slow_start: undefined }).weight).toBe(1);
  });
});

describe('lastResortTiers', () => {
  it('takes origins whatever their health, with those that are down at the end', () => {
    const states = health({ 'p/a': 'down', 'p/b': 'degraded', 'p/d': 'down' });
    expect(names(lastResortTiers(pool('p', ['a', 'b', 'c', 'd']), states))).toEqual([
      ['c'],
      ['b'],
      ['a', 'd'],
    ]);
  });

  it('takes no disabled origin', () => {
    expect(lastResortTiers(pool('p', [origin('p', 'a', { enabled: false })]), health({}))).toBeUndefined();
    expect(lastResortTiers(pool('p', ['a'], { enabled: false }), health({}))).toBeUndefined();
  });
});

describe('poolTarget', () => {
  it('has the weight from the balancer if the strategy weighs', () => {
    const weights = balancer(['p', 'q'], { pool_weights: { p: 0.25, q: 0 } });
    expect(poolTarget(weights, pool('p', ['a']), true, health({}))).toMatchObject({ id: 'p', weight: 0.25 });
    expect(poolTarget(weights, pool('q', ['a']), true, health({}))).toBeUndefined();
    expect(poolTarget(weights, pool('q', ['a']), false, health({}))).toMatchObject({ id: 'q', weight: 1 });
  });

  it('carries coordinates', () => {
    const place = { latitude: 50, longitude: 8 };
    expect(poolTarget(balancer(['p']), pool('p', ['a'], place), true, health({}))).toMatchObject(place);
  });

  it('says how many of its origins can serve, and their round-trip time', () => {
    const document = healthOf({ 'p/a': 'up', 'p/b': 'degraded', 'p/c': 'down' });
    for (const [id, rtt_ms] of [['p/a', 10] as const, ['p/b', 30] as const, ['p/c', 500] as const]) {
      Object.assign(document.origins[id] ?? {}, { rtt_ms: { default: rtt_ms } });
    }
    const target = poolTarget(balancer(['p']), pool('p', ['a', 'b', 'c']), true, { document, now: NOW });
    expect(target).toMatchObject({ healthy: 2, total: 3, rtt_ms: 20 });
    expect(target).not.toHaveProperty('rtt_from');
  });

  it('gives the round-trip time from each region that probes the origins', () => {
    const document = healthOf({ 'p/a': 'up', 'p/b': 'up', 'p/c': 'down' });
    Object.assign(document.origins['p/a'] ?? {}, { rtt_ms: { weur: 10, apac: 200 } });
    Object.assign(document.origins['p/b'] ?? {}, { rtt_ms: { weur: 30 } });
    Object.assign(document.origins['p/c'] ?? {}, { rtt_ms: { weur: 900 } });
    const regional = pool('p', ['a', 'b', 'c'], { check_regions: ['WEU', 'SEAS'] });
    expect(poolTarget(balancer(['p']), regional, true, { document, now: NOW })?.rtt_from).toEqual({
      weur: 20,
      apac: 200,
    });
  });
});

describe('a pool of many origins', () => {
  it('costs each origin a bounded number of reads, with one tier or several', () => {
    const count = 400;
    const all = pool(
      'p',
      Array.from({ length: count }, (_, i) => `o${i}`),
      { degraded_weight: 0.5, minimum_origins: count },
    );
    let reads = 0;
    const origins = new Proxy(all.origins, {
      get(target, key) {
        reads++;
        return Reflect.get(target, key);
      },
    });
    const states: Record<string, OriginState> = {};
    for (let i = 0; i < count; i += 2) states[`p/o${i}`] = 'degraded';
    const large = { ...all, origins };
    expect(candidateTiers(large, health(states))?.[0]).toHaveLength(count);
    expect(lastResortTiers(large, health(states))).toHaveLength(2);
    expect(reads).toBeLessThan(20 * count);
  });
});
