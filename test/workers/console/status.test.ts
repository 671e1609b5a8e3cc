import { describe, expect, it } from 'vitest';
import type { Signals } from '../../../workers/console/signals/read_signals.ts';
import { status } from '../../../workers/console/status.ts';
import { session } from '../../support/normalised.ts';
import { monitor } from '../health/fixture.ts';
import { balancer, configOf, healthOf, NOW, origin, pool } from './fixture.ts';

const down = { state: 'down', since: NOW - 60_000, reason: 'http_timeout', rtt_ms: { default: 4 } } as const;
const up = { state: 'up', since: NOW - 90_000, rtt_ms: { default: 7 } } as const;

describe('status', () => {
  it('joins configuration and health', () => {
    const config = configOf([pool('p', ['a', 'b'])]);
    const result = status(config, healthOf({ 'p/a': up, 'p/b': down }), NOW);
    expect(result).toMatchObject({
      config: { version: 3, hash: 'abcdef0123456789', published_at: '2026-11-01T00:00:00.000Z' },
      health: { version: 8, age_ms: 1_000, stale: false },
      balancers: [{ host: 'app.example.com', pools: [{ id: 'p', state: 'degraded', fallback: true }] }],
    });
    expect(result.balancers[0]?.pools[0]?.origins).toEqual([
      {
        id: 'p/a',
        name: 'a',
        address: 'https://a.example.com',
        enabled: true,
        weight: 1,
        operator_state: 'ready',
        standing: 'ready',
        drains_until: null,
        state: 'up',
        since: '2026-11-01T11:58:30.000Z',
        reason: null,
        flapping: false,
        regions: {},
        checks: [],
        rtt_ms: { default: 7 },
        traffic: null,
        ejection: null,
      },
      expect.objectContaining({ id: 'p/b', state: 'down', reason: 'http_timeout' }),
    ]);
  });

  it('distrusts a document that has missed three heartbeats', () => {
    const result = status(configOf([pool('p', ['a'])]), healthOf({ 'p/a': down }, 90_001), NOW);
    expect(result.health).toMatchObject({ stale: true });
    expect(result.balancers[0]?.pools[0]).toMatchObject({
      state: 'unknown',
      origins: [{ state: 'unknown', since: null, reason: null, rtt_ms: {} }],
    });
  });

  it('counts every origin as unknown without a health document', () => {
    const result = status(configOf([pool('p', ['a'])]), undefined, NOW);
    expect(result.health).toBeNull();
    expect(result.balancers[0]?.pools[0]?.state).toBe('unknown');
  });

  it('ignores the health of a pool without a monitor', () => {
    const { monitor: _, ...unwatched } = pool('p', ['a']);
    const result = status(configOf([unwatched]), healthOf({ 'p/a': down }), NOW);
    expect(result.balancers[0]?.pools[0]).toMatchObject({ state: 'unknown', monitor: null });
  });

  it('ignores a disabled origin in the state of its pool', () => {
    const origins = [origin('p', 'a'), origin('p', 'b', { enabled: false })];
    const result = status(configOf([pool('p', [], { origins })]), healthOf({ 'p/a': up, 'p/b': down }), NOW);
    expect(result.balancers[0]?.pools[0]?.state).toBe('healthy');
  });

  it('lists every pool that a balancer may use, once, in failover order', () => {
    const maps = {
      country_pools: { DE: ['c', 'b'] },
      region_pools: { WEU: ['r'] },
      pop_pools: { FRA: ['a'] },
    };
    const rules = [{ name: 'testers', overrides: { default_pools: ['t', 'b'] } }];
    const pool_sets = [{ name: 'frankfurt', overrides: { default_pools: ['s', 'a'] } }];
    const one = balancer({ default_pools: ['b', 'a'], fallback_pool: 'f', ...maps, rules, pool_sets });
    const config = configOf(
      ['a', 'b', 'c', 'f', 'r', 's', 't', 'unused'].map((id) => pool(id, ['x'])),
      [one],
    );
    expect(status(config, undefined, NOW).balancers[0]?.pools.map(({ id }) => id)).toEqual([
      'b',
      'a',
      'c',
      'r',
      'f',
      's',
      't',
    ]);
  });

  it('gives the state set by the operator, and when sessions end', () => {
    const origins = [
      origin('p', 'a', { state: 'drain', draining_since: NOW - 60_000 }),
      origin('p', 'b', { state: 'maintenance' }),
      origin('p', 'c', { state: 'drain' }),
      origin('p', 'd'),
    ];
    const [with_sessions, without] = status(
      configOf(
        [pool('p', [], { origins })],
        [balancer({ session: session({ drain_ms: 300_000 }) }), balancer({ id: 'other' })],
      ),
      undefined,
      NOW,
    ).balancers;
    expect(with_sessions?.session_affinity).toBe('cookie');
    expect(with_sessions?.pools[0]?.origins).toMatchObject([
      { standing: 'drain', drains_until: '2026-11-01T12:04:00.000Z' },
      { standing: 'maintenance', drains_until: null },
      { standing: 'drain', drains_until: null },
      { standing: 'ready', drains_until: null },
    ]);
    expect(without?.pools[0]?.origins[0]).toMatchObject({ standing: 'drain', drains_until: null });
  });

  it('says what probes each origin, also by a monitor group', () => {
    const origins = [origin('p', 'a'), origin('p', 'b', { url: 'http://b.example.com:8080' })];
    const config = configOf([pool('p', [], { origins, monitor: 'both', monitor_group: 'both' })]);
    config.config.monitors = {
      page: monitor({ id: 'page', type: 'https', path: '/health', interval_ms: 60_000 }),
      port: monitor({ id: 'port', type: 'tcp', path: '', interval_ms: 15_000 }),
    };
    config.config.monitor_groups = {
      both: [{ monitor: 'page' }, { monitor: 'port', monitoring_only: true }],
    };
    const [shown] = status(config, undefined, NOW).balancers[0]?.pools ?? [];
    expect(shown?.origins.map(({ checks }) => checks)).toEqual([
      [
        { monitor: 'page', url: 'https://a.example.com:443/health', interval_ms: 60_000 },
        { monitor: 'port', url: 'tcp://a.example.com:443', interval_ms: 15_000 },
      ],
      [
        { monitor: 'page', url: 'https://b.example.com:8080/health', interval_ms: 60_000 },
        { monitor: 'port', url: 'tcp://b.example.com:8080', interval_ms: 15_000 },
      ],
    ]);
  });

  it('shows the live policies, canaries and shadows', () => {
    const trials = {
      canary: { policy: 'hash', percent: 5, sticky: true },
      shadow: { policy: 'script:mine' },
    };
    const config = configOf([pool('p', ['a'], trials)], [balancer({ shadow: { policy: 'random' } })]);
    const shown = status(config, undefined, NOW).balancers[0];
    expect(shown).toMatchObject({ canary: null, shadow: 'random' });
    expect(shown?.pools[0]).toMatchObject({
      origin_policy: 'random',
      canary: { policy: 'hash', percent: 5 },
      shadow: 'script:mine',
    });
  });

  it('ignores an origin in maintenance in the state of its pool', () => {
    const origins = [origin('p', 'a'), origin('p', 'b', { state: 'maintenance' })];
    const result = status(configOf([pool('p', [], { origins })]), healthOf({ 'p/a': up, 'p/b': down }), NOW);
    expect(result.balancers[0]?.pools[0]?.state).toBe('healthy');
  });
});

describe('signals', () => {
  const signals: Signals = {
    traffic_s: 300,
    traffic: new Map([['app.example.com/ p/a', { requests: 20, errors: 1, p95_ms: 12.5 }]]),
    ejections: new Map([
      ['p/b', { isolates: 2, until: '2026-11-01T12:00:30.000Z', reason: 'failure_percent' }],
    ]),
    script_failures: new Map([
      ['app.example.com/ p', [{ script: 'mine', reason: 'failed', where: 'live', requests: 3 }]],
    ]),
  };
  const config = configOf([pool('p', ['a', 'b'])]);

  it('are independent of probes: an ejection changes no state, and a failed check ejects nobody', () => {
    const document = healthOf({ 'p/a': down, 'p/b': up });
    const result = status(config, document, NOW, signals);
    expect(result).toMatchObject({ signals: { traffic_s: 300 }, signals_reason: null });
    const [found] = result.balancers[0]?.pools ?? [];
    expect(found?.script_failures).toMatchObject([{ script: 'mine', reason: 'failed' }]);
    expect(found?.origins).toMatchObject([
      { state: 'down', traffic: { requests: 20, errors: 1, p95_ms: 12.5 }, ejection: null },
      {
        state: 'up',
        traffic: { requests: 0, errors: 0, p95_ms: null },
        ejection: { isolates: 2, reason: 'failure_percent' },
      },
    ]);
  });

  it('are null with a reason if they are not known', () => {
    const result = status(config, undefined, NOW, 'the SQL API cannot be reached');
    expect(result).toMatchObject({ signals: null, signals_reason: 'the SQL API cannot be reached' });
    const [found] = result.balancers[0]?.pools ?? [];
    expect(found?.script_failures).toBeNull();
    expect(found?.origins).toMatchObject([
      { traffic: null, ejection: null },
      { traffic: null, ejection: null },
    ]);
  });
});
