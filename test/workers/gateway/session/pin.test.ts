import { describe, expect, it } from 'vitest';
import type { Balancer, Origin, Pool, Session } from '../../../../shared/config/config.ts';
import type { HealthDocument, OriginState } from '../../../../shared/contracts/health.ts';
import { shedsSession } from '../../../../shared/shedding.ts';
import { pin } from '../../../../workers/gateway/session/pin.ts';
import { session as aSession, balancer, config, origin, pool } from '../../normalised.ts';

const NOW = 1_000_000;

function health(states: Record<string, OriginState>): HealthDocument {
  const origins = Object.fromEntries(
    Object.entries(states).map(([id, state]) => [id, { state, since: 0, rtt_ms: {} }]),
  );
  return { version: 1, published_at: NOW, heartbeat_ms: 30_000, origins };
}

interface Case {
  session?: Partial<Session>;
  /** Of the session's origin, `p/c`. */
  origin?: Partial<Origin>;
  pool?: Partial<Pool>;
  balancer?: Partial<Balancer>;
  health?: HealthDocument;
  /** The origins as they would be tried without a session. */
  settled?: string[];
  /** Ids; the cookie's. */
  cookie?: string | undefined;
  key?: string;
  client?: string;
}

/** What becomes of a session on `p/c`, in a pool of `a`, `b` and `c` and beside the pools `q` and `unused`. */
function pinned(one: Case) {
  const pools = [
    pool('p', ['a', 'b', origin('p', 'c', one.origin)], { monitor: 'm', ...one.pool }),
    pool('q', ['d']),
    pool('unused', ['e']),
  ];
  const app = balancer({ default_pools: ['p', 'q'], fallback_pool: 'q', ...one.balancer });
  const find = (id: string) => pools.flatMap(({ origins }) => origins).find((each) => each.id === id);
  const cookie = 'cookie' in one ? one.cookie : 'p/c';
  const result = pin(
    {
      session: aSession(one.session),
      origin: cookie === undefined ? undefined : find(cookie),
      key: one.key,
      begins: true,
    },
    (one.settled ?? ['p/a', 'p/b']).flatMap((id) => find(id) ?? []),
    {
      config: config([app], pools),
      balancer: app,
      health: one.health,
      client: one.client ?? '192.0.2.1',
      now: NOW,
    },
  );
  return { origins: result.origins.map(({ id }) => id), kept: result.kept?.id, stays: result.stays };
}

const KEPT = { origins: ['p/c'], kept: 'p/c', stays: true };
const MOVED = { origins: ['p/a', 'p/b'], kept: undefined, stays: false };

describe('the origin of a session', () => {
  it('is tried first, and with zero_downtime_failover "none" alone', () => {
    expect(pinned({})).toEqual(KEPT);
    for (const zero_downtime_failover of ['temporary', 'sticky'] as const)
      expect(pinned({ session: { zero_downtime_failover }, settled: ['p/a', 'p/c'] })).toEqual({
        origins: ['p/c', 'p/a'],
        kept: 'p/c',
        stays: true,
      });
  });

  it('serves in whatever pool of the balancer it is, though steering names another', () => {
    expect(pinned({ cookie: 'q/d' })).toMatchObject({ origins: ['q/d'], kept: 'q/d' });
    const mapped = { default_pools: ['p'], fallback_pool: 'p', country_pools: { DE: ['q'] } };
    expect(pinned({ cookie: 'q/d', balancer: mapped })).toMatchObject({ kept: 'q/d' });
    expect(pinned({ cookie: 'unused/e' })).toEqual(MOVED);
  });

  it.each<[string, Case]>([
    ['of weight 0', { origin: { weight: 0 } }],
    ['unknown', { health: health({}) }],
    ['degraded', { health: health({ 'p/c': 'degraded' }) }],
    ['in drain within its time', { origin: { state: 'drain', draining_since: NOW - 82_799_999 } }],
    ['in drain since nobody knows when', { origin: { state: 'drain' } }],
    ['in a pool in drain', { pool: { state: 'drain', draining_since: NOW } }],
    [
      'disabled within a drain_duration',
      { session: { drain_ms: 60_000 }, origin: { enabled: false, draining_since: NOW - 59_999 } },
    ],
  ])('serves when it is %s', (_, one) => {
    expect(pinned(one)).toEqual(KEPT);
  });

  it.each<[string, Case]>([
    ['down', { health: health({ 'p/c': 'down' }) }],
    ['in maintenance', { origin: { state: 'maintenance' } }],
    ['in a pool in maintenance', { pool: { state: 'maintenance' } }],
  ])('gives its session away when it is %s, and gets it back with "temporary"', (_, one) => {
    expect(pinned(one)).toEqual(MOVED);
    expect(pinned({ ...one, session: { zero_downtime_failover: 'sticky' } })).toEqual(MOVED);
    expect(pinned({ ...one, session: { zero_downtime_failover: 'temporary' } })).toEqual({
      ...MOVED,
      stays: true,
    });
  });

  it.each<[string, Case]>([
    ['in drain and its time is over', { origin: { state: 'drain', draining_since: NOW - 82_800_000 } }],
    ['disabled', { origin: { enabled: false, draining_since: NOW } }],
    [
      'disabled for a drain_duration',
      { session: { drain_ms: 60_000 }, origin: { enabled: false, draining_since: NOW - 60_000 } },
    ],
    ['not in the configuration', { cookie: 'p/gone' }],
  ])('loses its session for good when it is %s', (_, one) => {
    for (const zero_downtime_failover of ['none', 'temporary', 'sticky'] as const)
      expect(pinned({ ...one, session: { ...one.session, zero_downtime_failover } })).toEqual(MOVED);
  });

  it('serves in a pool without a monitor whatever its health', () => {
    const { monitor: _, ...unwatched } = pool('p', ['a', 'b', 'c']);
    const one = aSession();
    const app = balancer({ fallback_pool: 'p' });
    const [, , third] = unwatched.origins;
    const known = { config: config([app], [unwatched]), balancer: app, client: '', now: NOW };
    const claim = { session: one, origin: third, key: undefined, begins: true };
    expect(pin(claim, [], { ...known, health: health({ 'p/c': 'down' }) }).kept).toBe(third);
  });
});

describe('a key', () => {
  const KEYS = Array.from({ length: 300 }, (_, i) => `client ${i}`);
  const firsts = (one: Case) => KEYS.map((key) => pinned({ cookie: undefined, key, ...one }).origins[0]);

  it('names one origin again and again, whatever the order of steering', () => {
    const first = firsts({ session: { by: 'header' } });
    expect(new Set(first)).toEqual(new Set(['p/a', 'p/b', 'p/c']));
    expect(firsts({ session: { by: 'header' }, settled: ['p/c', 'p/a'] })).toEqual(first);
  });

  it('moves only from an origin that goes down, and comes back to it', () => {
    const before = firsts({ session: { by: 'header' } });
    const after = firsts({ session: { by: 'header' }, health: health({ 'p/b': 'down' }) });
    for (const [i, id] of before.entries()) if (id !== 'p/b') expect(after[i]).toBe(id);
    expect(after).not.toContain('p/b');
  });

  it('with "header" is a session of its own, whose failover is the session’s', () => {
    const one: Case = { cookie: undefined, key: 'k', settled: ['p/a', 'p/b', 'p/c', 'q/d'] };
    const none = pinned({ ...one, session: { by: 'header' } });
    expect(none).toMatchObject({ origins: [none.kept], stays: true });
    const temporary = pinned({ ...one, session: { by: 'header', zero_downtime_failover: 'temporary' } });
    expect(temporary.kept).toBe(none.kept);
    expect(temporary.origins.slice(0, 3).sort()).toEqual(['p/a', 'p/b', 'p/c']);
    expect(temporary.origins[3]).toBe('q/d');
  });

  it('with "ip_cookie" only begins a session, which may fail over', () => {
    const one = pinned({ cookie: undefined, key: 'k', session: { by: 'ip_cookie' } });
    expect(one).toMatchObject({ kept: undefined, stays: false });
    expect([...one.origins].sort()).toEqual(['p/a', 'p/b', 'p/c']);
  });

  it('with "header" stays on an origin in drain until that is over; with "ip_cookie" begins none there', () => {
    const draining = { state: 'drain' as const, draining_since: NOW - 1_000 };
    const before = firsts({ session: { by: 'header', drain_ms: 2_000 } });
    expect(firsts({ session: { by: 'header', drain_ms: 2_000 }, origin: draining })).toEqual(before);
    expect(firsts({ session: { by: 'header', drain_ms: 1_000 }, origin: draining })).not.toContain('p/c');
    expect(firsts({ session: { by: 'ip_cookie', drain_ms: 2_000 }, origin: draining })).not.toContain('p/c');
  });

  it('chooses the pool as well where steering draws one for every request', () => {
    const drawing = { steering_policy: 'random' as const, pool_weights: { p: 1, q: 1 } };
    const one: Case = { session: { by: 'header' }, balancer: drawing };
    const first = firsts(one);
    expect(firsts({ ...one, settled: ['q/d'] })).toEqual(first);
    const in_q = first.filter((id) => id === 'q/d').length;
    // Binomial, 300 draws at one half: five standard deviations are 43.
    expect(Math.abs(in_q - 150)).toBeLessThan(44);
    expect(firsts({ session: { by: 'header' }, settled: ['q/d'] })).toEqual(KEYS.map(() => 'q/d'));
  });

  it('leaves steering its way where nobody can be chosen', () => {
    const one: Case = { cookie: undefined, key: 'k', session: { by: 'header' }, pool: { enabled: false } };
    expect(pinned(one)).toEqual(MOVED);
    expect(pinned({ ...one, settled: [] })).toEqual({ ...MOVED, origins: [] });
  });
});

describe('a pool that sheds sessions', () => {
  const load_shedding = { default_percent: 0, default_policy: 'random', session_percent: 30 } as const;
  const clients = Array.from({ length: 100 }, (_, i) => `192.0.2.${i}`);
  const [gone = '', stays = ''] = [true, false].map((sheds) =>
    clients.find((client) => shedsSession({ id: 'p', load_shedding }, client) === sheds),
  );

  it('loses those of its clients that belong to the share, and keeps all others', () => {
    const moved = pinned({ pool: { load_shedding }, client: gone, settled: ['q/d'] });
    expect(moved).toEqual({ origins: ['q/d'], kept: undefined, stays: false });
    expect(pinned({ pool: { load_shedding }, client: stays })).toEqual(KEPT);
  });

  it('does not get them back, also where they are kept for the time that an origin is down', () => {
    const session = { zero_downtime_failover: 'temporary' } as const;
    expect(pinned({ pool: { load_shedding }, client: gone, session, settled: ['q/d'] }).stays).toBe(false);
  });

  it('is not chosen by the key of such a client', () => {
    const steered = {
      balancer: { steering_policy: 'random' },
      cookie: undefined,
      session: { by: 'header' },
    } as const;
    for (const key of ['k1', 'k2', 'k3', 'k4', 'k5', 'k6']) {
      const one = { ...steered, pool: { load_shedding }, key, settled: ['q/d'] };
      expect(pinned({ ...one, client: gone }).kept).toBe('q/d');
    }
  });
});
