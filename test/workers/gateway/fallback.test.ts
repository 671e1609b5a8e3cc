import { describe, expect, it } from 'vitest';
import type { HealthDocument, OriginState } from '../../../shared/contracts/health.ts';
import { fallbackRanking } from '../../../workers/gateway/fallback.ts';
import { balancer, config, origin, pool } from './support.ts';

const app = balancer({ default_pools: ['p', 'q'], fallback_pool: 'r' });
const pools = [
  pool('p', ['a', 'b'], { monitor: 'm' }),
  pool('q', ['c'], { monitor: 'm' }),
  pool('r', ['d'], { monitor: 'm' }),
];

function health(states: Record<string, OriginState>): HealthDocument {
  const origins = Object.fromEntries(
    Object.entries(states).map(([id, state]) => [id, { state, since: 0, rtt_ms: {} }]),
  );
  return { version: 1, published_at: 0, heartbeat_ms: 30_000, origins };
}

describe('fallbackRanking', () => {
  it('is the failover order over all pools, cut to the attempts allowed', () => {
    expect(fallbackRanking(app, config([app], pools), undefined).origins).toEqual(['p/a', 'p/b', 'q/c']);
  });

  it('leaves out what is down, and keeps what is unknown', () => {
    const states = health({ 'p/a': 'down', 'p/b': 'degraded' });
    expect(fallbackRanking(app, config([app], pools), states).origins).toEqual(['p/b', 'q/c', 'r/d']);
  });

  it('uses the fallback pool whatever its health when all is down', () => {
    const states = health({ 'p/a': 'down', 'p/b': 'down', 'q/c': 'down', 'r/d': 'down' });
    expect(fallbackRanking(app, config([app], pools), states).origins).toEqual(['r/d']);
  });

  it('leaves out disabled origins and pools and those of weight 0', () => {
    const mixed = [
      pool('p', [], { origins: [origin('p', 'a', { enabled: false }), origin('p', 'b', { weight: 0 })] }),
      pool('q', ['c'], { enabled: false }),
      pool('r', ['d']),
    ];
    expect(fallbackRanking(app, config([app], mixed), undefined).origins).toEqual(['r/d']);
    const closed = [pool('p', []), pool('q', []), pool('r', ['d'], { enabled: false })];
    expect(fallbackRanking(app, config([app], closed), undefined).origins).toEqual([]);
  });

  it('gives no traffic to what is in drain or in maintenance, not even as the last resort', () => {
    for (const state of ['drain', 'maintenance'] as const) {
      const one = [pool('p', [origin('p', 'a', { state }), 'b']), pool('q', []), pool('r', [])];
      expect(fallbackRanking(app, config([app], one), undefined).origins).toEqual(['p/b']);
      const all = [pool('p', []), pool('q', ['c'], { state }), pool('r', ['d'], { state })];
      expect(fallbackRanking(app, config([app], all), undefined).origins).toEqual([]);
    }
  });

  it('ignores health where a pool has no monitor', () => {
    const unwatched = [pool('p', ['a']), pool('q', []), pool('r', [])];
    expect(fallbackRanking(app, config([app], unwatched), health({ 'p/a': 'down' })).origins).toEqual([
      'p/a',
    ]);
  });
});
