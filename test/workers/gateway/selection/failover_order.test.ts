import { describe, expect, it } from 'vitest';
import type { HealthDocument, OriginState } from '../../../../shared/contracts/health.ts';
import { rendezvous } from '../../../../shared/hashing/rendezvous.ts';
import type { Pool } from '../../../../shared/model/config.ts';
import { STRATEGY_DEFAULTS } from '../../../../shared/model/strategy_defaults.ts';
import { failoverOrder } from '../../../../workers/gateway/selection/failover_order.ts';
import { balancer, config, origin, pool } from '../support.ts';

const app = balancer({ default_pools: ['p', 'q'], fallback_pool: 'r' });
const pools = [
  pool('p', ['a', 'b'], { monitor: 'm' }),
  pool('q', ['c'], { monitor: 'm' }),
  pool('r', ['d'], { monitor: 'm' }),
];

/** Draws the first of a list. The request has no facts. */
const FIRST = { draw: () => 0, read: () => '' };

function health(states: Record<string, OriginState>): HealthDocument {
  const origins = Object.fromEntries(
    Object.entries(states).map(([id, state]) => [id, { state, since: 0, rtt_ms: {} }]),
  );
  return { version: 1, published_at: 0, heartbeat_ms: 30_000, origins };
}

describe('failoverOrder', () => {
  it('lists all pools in failover order, up to the number of attempts', () => {
    expect(failoverOrder(app, config([app], pools), undefined, FIRST).origins).toEqual(['p/a', 'p/b', 'q/c']);
  });

  it('omits origins that are down, and keeps those of unknown health', () => {
    const states = health({ 'p/a': 'down', 'p/b': 'degraded' });
    expect(failoverOrder(app, config([app], pools), states, FIRST).origins).toEqual(['p/b', 'q/c', 'r/d']);
  });

  it('uses the fallback pool regardless of its health if all are down', () => {
    const states = health({ 'p/a': 'down', 'p/b': 'down', 'q/c': 'down', 'r/d': 'down' });
    expect(failoverOrder(app, config([app], pools), states, FIRST).origins).toEqual(['r/d']);
  });

  it('omits disabled origins and pools, and those of weight 0', () => {
    const mixed = [
      pool('p', [], { origins: [origin('p', 'a', { enabled: false }), origin('p', 'b', { weight: 0 })] }),
      pool('q', ['c'], { enabled: false }),
      pool('r', ['d']),
    ];
    expect(failoverOrder(app, config([app], mixed), undefined, FIRST).origins).toEqual(['r/d']);
    const closed = [pool('p', []), pool('q', []), pool('r', ['d'], { enabled: false })];
    expect(failoverOrder(app, config([app], closed), undefined, FIRST).origins).toEqual([]);
  });

  it('gives no traffic to origins in drain or in maintenance, not even as the last resort', () => {
    for (const state of ['drain', 'maintenance'] as const) {
      const one = [pool('p', [origin('p', 'a', { state }), 'b']), pool('q', []), pool('r', [])];
      expect(failoverOrder(app, config([app], one), undefined, FIRST).origins).toEqual(['p/b']);
      const all = [pool('p', []), pool('q', ['c'], { state }), pool('r', ['d'], { state })];
      expect(failoverOrder(app, config([app], all), undefined, FIRST).origins).toEqual([]);
    }
  });

  it('ignores health if a pool has no monitor', () => {
    const unwatched = [pool('p', ['a']), pool('q', []), pool('r', [])];
    expect(failoverOrder(app, config([app], unwatched), health({ 'p/a': 'down' }), FIRST).origins).toEqual([
      'p/a',
    ]);
  });

  it('draws the first origin by weight among those that are up, and lists the others behind it in order', () => {
    const weighed = [
      pool('p', [origin('p', 'a', { weight: 0.75 }), origin('p', 'b', { weight: 0.25 }), 'c'], {
        monitor: 'm',
      }),
      pool('q', ['d', 'e']),
      pool('r', []),
    ];
    const down = health({ 'p/c': 'down' });
    const at = (draw: number) =>
      failoverOrder(app, config([app], weighed), down, { ...FIRST, draw: () => draw }).origins;
    expect(at(0)).toEqual(['p/a', 'p/b', 'q/d']);
    expect(at(0.74)).toEqual(['p/a', 'p/b', 'q/d']);
    expect(at(0.76)).toEqual(['p/b', 'p/a', 'q/d']);
    // If rounding leaves nothing to draw, no origin is lost.
    expect(at(1)).toEqual(['p/a', 'p/b', 'q/d']);
  });

  it('draws among the origins of the last resort as well', () => {
    const all = [pool('p', []), pool('q', []), pool('r', ['c', 'd'], { monitor: 'm' })];
    const down = health({ 'r/c': 'down', 'r/d': 'down' });
    const choice = { ...FIRST, draw: () => 0.9 };
    expect(failoverOrder(app, config([app], all), down, choice).origins).toEqual(['r/d', 'r/c']);
  });

  it.each<Partial<Pool>>([{ origin_policy: 'hash' }, { origin_policy: 'later', settled_by: 'bounded_load' }])(
    'sends each key under %j to the origin of the policy `hash`, and draws for requests without one',
    (policy) => {
      const options = { ...STRATEGY_DEFAULTS, key: ['header:x-user' as const] };
      const hashed = [pool('p', ['a', 'b', 'c'], { ...policy, origin_options: options })];
      const document = config([app], hashed);
      const of = (user: string) =>
        failoverOrder(app, document, undefined, {
          draw: () => 0.99,
          read: (name) => (name === 'header:x-user' ? user : ''),
        });
      const nodes = ['p/a', 'p/b', 'p/c'].map((key) => ({ key, weight: 1 }));
      for (const user of ['ada', 'bob', 'cleo', 'dan'])
        expect(of(user)).toEqual({
          origins: rendezvous(nodes, user),
          finalists: 0,
          keyed: true,
          fallback: 'r',
        });
      expect(of('').origins[0]).toBe('p/c');
      expect(of('').keyed).toBeUndefined();
    },
  );
});
