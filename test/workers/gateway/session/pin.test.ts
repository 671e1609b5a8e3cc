import { describe, expect, it } from 'vitest';
import { shedsSession } from '../../../../shared/balancing/shedding.ts';
import type { HealthDocument, OriginState } from '../../../../shared/contracts/health.ts';
import type { Balancer, Origin, Pool, Session } from '../../../../shared/model/config.ts';
import { pin } from '../../../../workers/gateway/session/pin.ts';
import { session as aSession, balancer, config, origin, pool } from '../../../support/normalised.ts';

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
  /** The origins in the order of steering, as without a session. */
  settled?: string[];
  /** The id of the origin that the cookie names. */
  cookie?: string | undefined;
  key?: string | undefined;
  client?: string;
}

/** Where a session on `p/c` goes. Its pool has `a`, `b` and `c`; there are the pools `q` and `unused` as well. */
async function pinned(one: Case) {
  const pools = [
    pool('p', ['a', 'b', origin('p', 'c', one.origin)], { monitor: 'm', ...one.pool }),
    pool('q', ['d']),
    pool('unused', ['e']),
  ];
  const app = balancer({ default_pools: ['p', 'q'], fallback_pool: 'q', ...one.balancer });
  const find = (id: string) => pools.flatMap(({ origins }) => origins).find((each) => each.id === id);
  const cookie = 'cookie' in one ? one.cookie : 'p/c';
  const samples: boolean[] = [];
  const result = await pin(
    {
      session: aSession(one.session),
      origin: cookie === undefined ? undefined : find(cookie),
      key: 'key' in one ? one.key : 'a cookie',
      begins: true,
    },
    {
      config: config([app], pools),
      balancer: app,
      health: one.health,
      client: one.client ?? '192.0.2.1',
      now: NOW,
    },
    async (sample) => {
      samples.push(sample);
      return (one.settled ?? ['p/a', 'p/b']).flatMap((id) => find(id) ?? []);
    },
  );
  const rankings = samples.length;
  return {
    origins: result.origins.map(({ id }) => id),
    rest: (await result.rest?.())?.map(({ id }) => id),
    kept: result.kept?.id,
    stays: result.stays,
    shed: result.shed === true,
    /** How many rankings were taken before the first attempt, and in all. */
    rankings: [rankings, samples.length],
    samples,
  };
}

const KEPT = { origins: ['p/c'], kept: 'p/c', stays: true, rest: undefined, rankings: [0, 0] };
/** By the order of the key. */
const MOVED = { origins: ['p/a', 'p/b'], kept: undefined, stays: false, rankings: [0, 0] };

describe('the origin of a session', () => {
  it('is tried first, without a ranking, and alone if zero_downtime_failover is "none"', async () => {
    expect(await pinned({})).toMatchObject(KEPT);
    for (const zero_downtime_failover of ['temporary', 'sticky'] as const) {
      const { rest, ...first } = await pinned({ session: { zero_downtime_failover } });
      expect(first).toMatchObject({ origins: ['p/c'], kept: 'p/c', stays: true, rankings: [0, 0] });
      expect(rest?.sort()).toEqual(['p/a', 'p/b']);
    }
  });

  it('serves in any pool of the balancer, even if steering names another', async () => {
    expect(await pinned({ cookie: 'q/d' })).toMatchObject({ origins: ['q/d'], kept: 'q/d' });
    const mapped = { default_pools: ['p'], fallback_pool: 'p', country_pools: { DE: ['q'] } };
    expect(await pinned({ cookie: 'q/d', balancer: mapped })).toMatchObject({ kept: 'q/d' });
    const gone = await pinned({ cookie: 'unused/e' });
    expect(gone).toMatchObject({ kept: undefined, stays: false });
    expect(gone.origins.sort()).toEqual(['p/a', 'p/b', 'p/c']);
  });

  it.each<[string, Case]>([
    ['of weight 0', { origin: { weight: 0 } }],
    ['unknown', { health: health({}) }],
    ['degraded', { health: health({ 'p/c': 'degraded' }) }],
    ['in drain within its time', { origin: { state: 'drain', draining_since: NOW - 82_799_999 } }],
    ['in drain since an unknown time', { origin: { state: 'drain' } }],
    ['in a pool in drain', { pool: { state: 'drain', draining_since: NOW } }],
    [
      'disabled within a drain_duration',
      { session: { drain_ms: 60_000 }, origin: { enabled: false, draining_since: NOW - 59_999 } },
    ],
  ])('serves when it is %s', async (_, one) => {
    expect(await pinned(one)).toMatchObject(KEPT);
  });

  it.each<[string, Case]>([
    ['down', { health: health({ 'p/c': 'down' }) }],
    ['in maintenance', { origin: { state: 'maintenance' } }],
  ])('gives its session away when it is %s, and gets it back with "temporary"', async (_, one) => {
    expect(await pinned(one)).toMatchObject(MOVED);
    expect(await pinned({ ...one, session: { zero_downtime_failover: 'sticky' } })).toMatchObject(MOVED);
    expect(await pinned({ ...one, session: { zero_downtime_failover: 'temporary' } })).toMatchObject({
      ...MOVED,
      stays: true,
    });
  });

  it('loses its session to the next pool if its own is in maintenance', async () => {
    const one: Case = { pool: { state: 'maintenance' }, session: { zero_downtime_failover: 'temporary' } };
    expect(await pinned(one)).toMatchObject({ origins: ['q/d'], kept: undefined, stays: true });
  });

  it.each<[string, Case]>([
    ['in drain and its time is over', { origin: { state: 'drain', draining_since: NOW - 82_800_000 } }],
    ['disabled', { origin: { enabled: false, draining_since: NOW } }],
    [
      'disabled for a drain_duration',
      { session: { drain_ms: 60_000 }, origin: { enabled: false, draining_since: NOW - 60_000 } },
    ],
    ['not in the configuration', { cookie: 'p/gone', origin: { enabled: false } }],
  ])('loses its session for good when it is %s', async (_, one) => {
    for (const zero_downtime_failover of ['none', 'temporary', 'sticky'] as const)
      expect(await pinned({ ...one, session: { ...one.session, zero_downtime_failover } })).toMatchObject(
        MOVED,
      );
  });

  it('serves in a pool without a monitor regardless of its health', async () => {
    const { monitor: _, ...unwatched } = pool('p', ['a', 'b', 'c']);
    const app = balancer({ fallback_pool: 'p' });
    const [, , third] = unwatched.origins;
    const known = { config: config([app], [unwatched]), balancer: app, client: '', now: NOW };
    const claim = { session: aSession(), origin: third, key: 'k', begins: true };
    const down = { ...known, health: health({ 'p/c': 'down' }) };
    expect((await pin(claim, down, async () => [])).kept).toBe(third);
  });

  it('does not matter to a client that begins a session: steering decides', async () => {
    const begins = await pinned({ cookie: undefined, key: undefined });
    expect(begins).toMatchObject({ origins: ['p/a', 'p/b'], kept: undefined, samples: [true] });
  });
});

describe('the stand-in of a session', () => {
  const KEYS = Array.from({ length: 300 }, (_, i) => `cookie ${i}`);
  const temporary = { zero_downtime_failover: 'temporary' } as const;
  const down = health({ 'p/c': 'down' });
  const firsts = async (one: Case) => {
    const found = await Promise.all(KEYS.map((key) => pinned({ key, session: temporary, ...one })));
    return found.map(({ origins }) => origins[0]);
  };

  it('is the same whatever ranking comes next, and comes second while the origin of the session serves', async () => {
    for (const key of KEYS.slice(0, 30)) {
      const away = await pinned({ key, session: temporary, health: down });
      const other = await pinned({ key, session: temporary, health: down, settled: ['p/b', 'p/a'] });
      expect(other.origins).toEqual(away.origins);
      expect((await pinned({ key, session: temporary })).rest).toEqual(away.origins);
      expect((await pinned({ key, session: { zero_downtime_failover: 'sticky' } })).rest).toEqual(
        away.origins,
      );
    }
  });

  it('is drawn among the others by weight', async () => {
    const at = (ids: (string | undefined)[], id: string) => ids.filter((one) => one === id).length;
    // Binomial, 300 draws: five standard deviations are 43 at one half, 38 at one quarter.
    expect(Math.abs(at(await firsts({ health: down }), 'p/a') - 150)).toBeLessThan(44);
    const weighed = [origin('p', 'a', { weight: 0.25 }), origin('p', 'b', { weight: 0.75 })];
    const third = origin('p', 'c');
    const first = await firsts({ health: down, pool: { origins: [...weighed, third] } });
    expect(Math.abs(at(first, 'p/a') - 75)).toBeLessThan(39);
  });

  it('changes only for sessions whose stand-in cannot serve either', async () => {
    const before = await firsts({ health: down });
    const after = await firsts({ health: health({ 'p/c': 'down', 'p/a': 'down' }) });
    expect(after).toEqual(KEYS.map(() => 'p/b'));
    const drained = [origin('p', 'a', { state: 'drain' }), 'b', 'c'].map((one) =>
      typeof one === 'string' ? origin('p', one) : one,
    );
    expect(await firsts({ health: down, pool: { origins: drained } })).toEqual(after);
    expect(new Set(before)).toEqual(new Set(['p/a', 'p/b']));
  });

  it('is degraded only if no other is left, or by the weight set for degraded origins', async () => {
    const degraded = health({ 'p/c': 'down', 'p/a': 'degraded' });
    expect(await firsts({ health: degraded })).toEqual(KEYS.map(() => 'p/b'));
    const some = await firsts({ health: degraded, pool: { degraded_weight: 0.5 } });
    const whole = await firsts({ health: down });
    const in_a = (ids: (string | undefined)[]) => ids.filter((id) => id === 'p/a').length;
    expect(in_a(some)).toBeGreaterThan(0);
    expect(in_a(some)).toBeLessThan(in_a(whole));
  });

  it('is in the next pool if too few origins are left in its own', async () => {
    const few = { pool: { minimum_origins: 3 }, health: down };
    expect(await firsts(few)).toEqual(KEYS.map(() => 'q/d'));
  });

  it('costs a ranking only to find other pools, or if only a ranking tells the pool', async () => {
    const across: Case = { session: temporary, balancer: { failover_across_pools: true }, settled: ['q/d'] };
    const away = await pinned({ ...across, health: down });
    expect(away).toMatchObject({ rankings: [0, 1], rest: ['q/d'], samples: [false] });
    const geo: Case = { session: temporary, balancer: { steering_policy: 'geo' }, settled: ['q/d'] };
    expect(await pinned({ ...geo, health: down })).toMatchObject({ rankings: [0, 0] });
    const empty = health({ 'p/a': 'down', 'p/b': 'down', 'p/c': 'down' });
    expect(await pinned({ ...geo, health: empty })).toMatchObject({
      origins: ['q/d'],
      rankings: [1, 1],
      samples: [false],
    });
  });
});

describe('a key', () => {
  const KEYS = Array.from({ length: 300 }, (_, i) => `client ${i}`);
  const firsts = async (one: Case) => {
    const found = await Promise.all(KEYS.map((key) => pinned({ cookie: undefined, key, ...one })));
    return found.map(({ origins }) => origins[0]);
  };

  it('always names the same origin, whatever the order of steering', async () => {
    const first = await firsts({ session: { by: 'header' } });
    expect(new Set(first)).toEqual(new Set(['p/a', 'p/b', 'p/c']));
    expect(await firsts({ session: { by: 'header' }, settled: ['p/c', 'p/a'] })).toEqual(first);
  });

  it('moves only if its origin goes down, and then comes back', async () => {
    const before = await firsts({ session: { by: 'header' } });
    const after = await firsts({ session: { by: 'header' }, health: health({ 'p/b': 'down' }) });
    for (const [i, id] of before.entries()) if (id !== 'p/b') expect(after[i]).toBe(id);
    expect(after).not.toContain('p/b');
  });

  it('is itself the session with "header", and fails over as sessions do', async () => {
    const one: Case = { cookie: undefined, key: 'k', settled: ['p/a', 'p/b', 'p/c', 'q/d'] };
    const none = await pinned({ ...one, session: { by: 'header' } });
    expect(none).toMatchObject({ origins: [none.kept], stays: true, rest: undefined });
    const session = { by: 'header', zero_downtime_failover: 'temporary' } as const;
    const temporary = await pinned({ ...one, session, balancer: { failover_across_pools: true } });
    expect(temporary.kept).toBe(none.kept);
    expect([...temporary.origins].sort()).toEqual(['p/a', 'p/b', 'p/c']);
    expect(temporary.rest).toEqual(['q/d']);
  });

  it('only begins a session with "ip_cookie", and may fail over', async () => {
    const one = await pinned({ cookie: undefined, key: 'k', session: { by: 'ip_cookie' } });
    expect(one).toMatchObject({ kept: undefined, stays: false });
    expect([...one.origins].sort()).toEqual(['p/a', 'p/b', 'p/c']);
  });

  it('stays on an origin in drain until the drain ends with "header", and begins no session there with "ip_cookie"', async () => {
    const draining = { state: 'drain' as const, draining_since: NOW - 1_000 };
    const before = await firsts({ session: { by: 'header', drain_ms: 2_000 } });
    expect(await firsts({ session: { by: 'header', drain_ms: 2_000 }, origin: draining })).toEqual(before);
    expect(await firsts({ session: { by: 'header', drain_ms: 1_000 }, origin: draining })).not.toContain(
      'p/c',
    );
    expect(await firsts({ session: { by: 'ip_cookie', drain_ms: 2_000 }, origin: draining })).not.toContain(
      'p/c',
    );
  });

  it('also chooses the pool if steering draws one for every request', async () => {
    const drawing = { steering_policy: 'random' as const, pool_weights: { p: 1, q: 1 } };
    const one: Case = { session: { by: 'header' }, balancer: drawing };
    const first = await firsts(one);
    expect(await firsts({ ...one, settled: ['q/d'] })).toEqual(first);
    const in_q = first.filter((id) => id === 'q/d').length;
    // Binomial, 300 draws at one half: five standard deviations are 43.
    expect(Math.abs(in_q - 150)).toBeLessThan(44);
  });

  it('chooses a pool by capacity, cost or priority without a ranking', async () => {
    const counts = async (steering_policy: Balancer['steering_policy'], one: Case = {}) => {
      const found = await Promise.all(
        KEYS.map((key) =>
          pinned({
            cookie: undefined,
            key,
            session: { by: 'header' },
            balancer: { steering_policy },
            ...one,
          }),
        ),
      );
      for (const { rankings } of found) expect(rankings).toEqual([0, 0]);
      return found.filter(({ origins }) => origins[0] === 'q/d').length;
    };
    // Binomial, 300 draws: five standard deviations are 38 at a quarter and 40 at 30 %.
    expect(Math.abs((await counts('capacity', { pool: { capacity: 3 } })) - 75)).toBeLessThan(39);
    expect(await counts('cost', { pool: { cost: 2 } })).toBe(300);
    expect(await counts('cost')).toBe(0);
    expect(await counts('priority')).toBe(0);
    // One of three healthy at 140 %: 46 % of all traffic stays.
    const spilled = await counts('priority', { health: health({ 'p/a': 'down', 'p/b': 'down' }) });
    expect(Math.abs(spilled - 162)).toBeLessThan(44);
  });

  it('takes the pool that steering names if only the selector can tell', async () => {
    const geo: Case = { session: { by: 'header' }, balancer: { steering_policy: 'geo' }, settled: ['q/d'] };
    expect(await firsts(geo)).toEqual(KEYS.map(() => 'q/d'));
    expect(await pinned({ ...geo, cookie: undefined, key: 'k' })).toMatchObject({ rankings: [1, 1] });
  });

  it('leaves the choice to steering if no origin can be chosen', async () => {
    const disabled: Case = {
      cookie: undefined,
      key: 'k',
      session: { by: 'header' },
      pool: { enabled: false },
    };
    const one: Case = { ...disabled, balancer: { default_pools: ['p'], fallback_pool: 'p' } };
    expect(await pinned(one)).toMatchObject({ ...MOVED, rankings: [1, 1] });
    expect(await pinned({ ...one, settled: [] })).toMatchObject({ kept: undefined, origins: [] });
  });
});

describe('a pool that sheds sessions', () => {
  const load_shedding = { default_percent: 0, default_policy: 'random', session_percent: 30 } as const;
  const clients = Array.from({ length: 100 }, (_, i) => `192.0.2.${i}`);
  const [gone = '', stays = ''] = [true, false].map((sheds) =>
    clients.find((client) => shedsSession({ id: 'p', load_shedding }, client) === sheds),
  );

  it('loses the clients in the share, and keeps all others', async () => {
    const moved = await pinned({ pool: { load_shedding }, client: gone });
    expect(moved).toMatchObject({ origins: ['q/d'], kept: undefined, stays: false, shed: true });
    expect(await pinned({ pool: { load_shedding }, client: stays })).toMatchObject({ ...KEPT, shed: false });
  });

  it('does not get them back, even if their sessions are only away temporarily', async () => {
    const session = { zero_downtime_failover: 'temporary' } as const;
    expect((await pinned({ pool: { load_shedding }, client: gone, session })).stays).toBe(false);
  });

  it('is not chosen by the key of a client in the share', async () => {
    const steered = {
      balancer: { steering_policy: 'random' },
      cookie: undefined,
      session: { by: 'header' },
    } as const;
    for (const key of ['k1', 'k2', 'k3', 'k4', 'k5', 'k6']) {
      const one = { ...steered, pool: { load_shedding }, key };
      expect((await pinned({ ...one, client: gone })).kept).toBe('q/d');
    }
  });
});
