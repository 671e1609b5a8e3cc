import { describe, expect, it, vi } from 'vitest';
import type { Session } from '../../../../shared/model/config.ts';
import { STRATEGIES } from '../../../../shared/strategies/strategies.ts';
import { Draws } from '../../../../workers/selector/draws.ts';
import { select } from '../../../../workers/selector/select.ts';
import { session as aSession } from '../../../support/normalised.ts';
import { seeded } from '../../../support/rankings.ts';
import { balancer, config, documentOf, failed, last, plain, pool, setUp } from '../support.ts';

const URL = 'https://app.example.com/';

/** A gateway with sessions, in front of the real selector. The origins in `dead` fail every request. */
function gateway(names: string, change: Partial<Session> = {}, change_pool: Parameters<typeof pool>[2] = {}) {
  const dead = new Set<string>();
  const app = balancer({ session: aSession(change) });
  const pools = [pool('p', [...names], { origin_policy: 'round_robin', ...change_pool })];
  const document = documentOf(config([app], pools));
  const draws = new Draws(seeded(1));
  const up = setUp({
    balancer: app,
    pools,
    select: (question) => ({
      ...select(document, undefined, question, draws, 1_000, STRATEGIES),
      version: 's1',
    }),
    carry: (_, { origin }) => (dead.has(origin) ? failed('connect_failed', false) : plain(origin)),
    bindings: { AFFINITY_KEY: 'a secret' },
    random: seeded(2),
  });
  const get = async (cookie?: string) => {
    const response = await up.request(URL, cookie === undefined ? {} : { headers: { cookie } });
    return { at: await response.text(), cookie: response.headers.get('set-cookie')?.split(';')[0] };
  };
  return { ...up, get, dead };
}

describe('requests of sessions', () => {
  it.each([
    ['ab', 3],
    ['ab', 1],
    ['abc', 2],
    ['abc', 5],
    ['abcd', 3],
    ['abcd', 7],
  ])('take no turns from new sessions: origins %s, %i more requests a visit', async (names, more) => {
    const { get } = gateway(names);
    const counts = new Map([...names].map((name) => [`p/${name}`, 0]));
    for (let visit = 0; visit < 40 * names.length; visit++) {
      const { at, cookie } = await get();
      counts.set(at, (counts.get(at) ?? 0) + 1);
      for (let i = 0; i < more; i++) expect((await get(cookie)).at).toBe(at);
    }
    const all = [...counts.values()];
    expect(Math.max(...all) - Math.min(...all)).toBeLessThanOrEqual(1);
  });

  it('are pinned in data points, and count for no canary and no shadow', async () => {
    const { get, points } = gateway(
      'abc',
      {},
      {
        canary: { policy: 'random', percent: 100, sticky: false },
        shadow: { policy: 'off' },
      },
    );
    const { cookie } = await get();
    expect(last(points, 'variant')).toBe('canary');
    await get(cookie);
    expect(
      ['decision', 'strategy', 'variant', 'shadow'].map((name) => last(points, name as 'variant')),
    ).toEqual(['pinned', 'session', '', '']);
  });

  it.each<[string, Parameters<typeof pool>[2]]>([
    ['policy', { origin_policy: 'peak_ewma', settled_by: 'peak_ewma' }],
    ['canary', { canary: { policy: 'peak_ewma', percent: 100, sticky: false, settled_by: 'peak_ewma' } }],
  ])('are observed if rankings of the %s are settled by results of attempts', async (_, change) => {
    const { get, isolate } = gateway('ab', {}, change);
    const observe = vi.spyOn(isolate.latency, 'observe');
    const { at, cookie } = await get();
    await get(cookie);
    expect(observe.mock.calls.map(([origin]) => origin)).toEqual([at, at]);
  });
});

describe('the stand-in of a session whose origin fails', () => {
  it.each(['temporary', 'sticky'] as const)(
    'is the same for all of its requests, in every isolate: %s',
    async (zero_downtime_failover) => {
      const isolates = [1, 2, 3].map(() => gateway('abcde', { zero_downtime_failover }));
      const [first] = isolates;
      const stand_ins = new Set<string>();
      for (let visit = 0; visit < 10; visit++) {
        for (const each of isolates) {
          each.dead.clear();
          // Sessions that begin in the same second have the same cookie.
          each.clock.ms += 1_000;
        }
        const { at, cookie } = (await first?.get()) ?? {};
        for (const each of isolates) each.dead.add(at ?? '');
        const served = new Set<string>();
        for (let i = 0; i < 12; i++) for (const each of isolates) served.add((await each.get(cookie)).at);
        expect(served.size).toBe(1);
        for (const one of served) stand_ins.add(one);
      }
      expect(stand_ins.size).toBeGreaterThan(1);
    },
  );

  it('serves until the origin is back and has its session again', async () => {
    const { get, dead, clock } = gateway(
      'abc',
      { zero_downtime_failover: 'temporary' },
      {
        outlier_detection: {
          interval_s: 10,
          base_ejection_s: 30,
          max_ejection_s: 300,
          max_ejection_percent: 50,
          consecutive_failures: 5,
          failure_percent: 85,
          minimum_requests: 50,
        },
      },
    );
    const { at, cookie } = await get();
    dead.add(at);
    const away = [];
    for (let i = 0; i < 20; i++) away.push((await get(cookie)).at);
    expect(new Set(away).size).toBe(1);
    dead.clear();
    clock.ms += 34_000;
    expect((await get(cookie)).at).toBe(at);
  });
});
