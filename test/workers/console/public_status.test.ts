import { describe, expect, it } from 'vitest';
import type { OriginHealth } from '../../../shared/contracts/health.ts';
import type { Balancer, Origin, Pool } from '../../../shared/model/config.ts';
import { type PublicBalancer, publicStatus } from '../../../workers/console/public_status.ts';
import type { Signals } from '../../../workers/console/signals/read_signals.ts';
import { status } from '../../../workers/console/status.ts';
import { statusPage } from '../../../workers/console/status_page.ts';
import { balancer, configOf, healthOf, NOW, origin, pool } from './fixture.ts';

const ago = (minutes: number) => new Date(NOW - minutes * 60_000).toISOString();
const up = (minutes: number): OriginHealth => ({ state: 'up', since: NOW - minutes * 60_000, rtt_ms: {} });
const down = (minutes: number): OriginHealth => ({
  ...up(minutes),
  state: 'down',
  reason: 'http_timeout',
});

interface World {
  /** Of the one balancer. */
  more?: Partial<Balancer>;
  origins?: Origin[];
  of_pool?: Partial<Pool>;
  health?: Record<string, OriginHealth>;
}

/** What the public learns of one balancer with the pool `p`. */
function shown({
  more,
  origins = [origin('p', 'a'), origin('p', 'b')],
  of_pool,
  health,
}: World): PublicBalancer {
  const document = configOf([pool('p', [], { origins, ...of_pool })], [balancer(more)]);
  const [first] = publicStatus(status(document, health && healthOf(health), NOW)).load_balancers;
  if (first === undefined) throw new Error('no balancer');
  return first;
}

describe('the public status', () => {
  it('is operational since the last origin came up', () => {
    expect(shown({ health: { 'p/a': up(90), 'p/b': up(5) } })).toEqual({
      name: 'app.example.com/',
      state: 'operational',
      since: ago(5),
      checked: true,
    });
  });

  it('is degraded since the first of the failing origins fell', () => {
    const three = ['a', 'b', 'c'].map((name) => origin('p', name));
    expect(
      shown({ origins: three, health: { 'p/a': up(90), 'p/b': down(5), 'p/c': down(20) } }),
    ).toMatchObject({
      state: 'degraded',
      since: ago(20),
    });
  });

  it('is an outage since the last origin fell', () => {
    expect(shown({ health: { 'p/a': down(20), 'p/b': down(5) } })).toMatchObject({
      state: 'outage',
      since: ago(5),
    });
  });

  it('is degraded while the fallback pool serves below its minimum, and an outage if no pool may', () => {
    const health = { 'p/a': up(90), 'p/b': down(5) };
    expect(shown({ of_pool: { minimum_origins: 2 }, health }).state).toBe('degraded');
    expect(shown({ of_pool: { minimum_origins: 2 }, health, more: { fallback_pool: 'other' } }).state).toBe(
      'outage',
    );
  });

  it.each([
    ['is switched off', { more: { enabled: false } }],
    [
      'answers with its maintenance page',
      { more: { maintenance: { enabled: true } as Balancer['maintenance'] & object } },
    ],
    ['has a disabled pool', { of_pool: { enabled: false } }],
    ['has a pool in maintenance', { of_pool: { state: 'maintenance' } }],
    ['drains all', { of_pool: { state: 'drain' } }],
    ['has origins without weight', { origins: [origin('p', 'a', { weight: 0 })] }],
  ] satisfies [string, World][])('is an outage without a time if the balancer %s', (_, world) => {
    expect(shown({ ...world, health: { 'p/a': up(90), 'p/b': up(90) } })).toMatchObject({
      state: 'outage',
      since: null,
    });
  });

  it('does not count an origin that an operator took out', () => {
    const origins = [
      origin('p', 'a'),
      origin('p', 'b', { state: 'maintenance' }),
      origin('p', 'c', { enabled: false }),
    ];
    const health = { 'p/a': up(90), 'p/b': down(5), 'p/c': down(5) };
    expect(shown({ origins, health })).toMatchObject({ state: 'operational', since: ago(90) });
    // Which came last, the fall of the one or the end of the other, is not known.
    expect(shown({ origins, health: { ...health, 'p/a': down(3) } })).toMatchObject({
      state: 'outage',
      since: null,
    });
  });

  it('says if no check has a current result', () => {
    expect(shown({})).toMatchObject({ state: 'operational', since: null, checked: false });
  });

  it('has no name of a pool, an origin, an address, a monitor or a reason, in neither form', () => {
    const origins = [
      origin('pool-secret', 'origin-secret', { url: 'https://address-secret.example:8443' }),
      origin('pool-secret', 'second-secret', { url: 'https://10.1.2.3' }),
    ];
    const pools = [
      pool('pool-secret', [], {
        origins,
        monitor: 'monitor-secret',
        shadow: { policy: 'script:script-secret' },
      }),
    ];
    const balancers = [
      balancer({
        id: 'shop',
        host: 'host-secret.example',
        path: '/path-secret',
        default_pools: ['pool-secret'],
        fallback_pool: 'pool-secret',
      }),
    ];
    const health = {
      'pool-secret/origin-secret': { ...down(5), reason: 'tcp_timeout', regions: { weur: 'down' } },
      'pool-secret/second-secret': up(9),
    } satisfies Record<string, OriginHealth>;
    const signals: Signals = {
      traffic_s: 300,
      traffic: new Map([['shop pool-secret/origin-secret', { requests: 77_777, errors: 1, p95_ms: 12 }]]),
      ejections: new Map([
        ['pool-secret/origin-secret', { isolates: 2, until: ago(0), reason: 'reason-secret' }],
      ]),
      script_failures: new Map([
        ['shop pool-secret', [{ script: 'script-secret', reason: 'failed', where: 'live', requests: 3 }]],
      ]),
    };
    const all = status(configOf(pools, balancers), healthOf(health), NOW, signals);
    const public_ = publicStatus(all);
    expect(JSON.stringify(all)).toContain('origin-secret');
    for (const text of [JSON.stringify(public_), statusPage(public_)]) {
      expect(text).toContain('shop');
      expect(text).not.toMatch(/secret|10\.1\.2\.3|8443|tcp_timeout|weur|77777|random|abcdef0123456789/);
    }
    expect(Object.keys(public_)).toEqual(['seen_at', 'load_balancers']);
    expect(public_.load_balancers).toEqual([
      { name: 'shop', state: 'degraded', since: ago(5), checked: true },
    ]);
  });

  it('is a page without script in which a name is text', () => {
    const page = statusPage({
      seen_at: ago(0),
      load_balancers: [
        { name: '<script>alert(1)</script>', state: 'degraded', since: ago(5), checked: false },
      ],
    });
    expect(page).not.toContain('<script');
    expect(page).toContain('&lt;script&gt;');
    expect(page).toContain('degraded</span>, not checked');
    expect(page).toContain('2026-11-01 11:55:00 UTC');
  });
});
