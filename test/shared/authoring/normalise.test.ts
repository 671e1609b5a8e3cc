import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { normalise, type Profile } from '../../../shared/authoring/normalise.ts';
import { type ConfigFile, ConfigSchema } from '../../../shared/authoring/schema.ts';
import { sampleFile } from './sample.ts';

function normalised(file: ConfigFile, profile: Profile = 'production') {
  return normalise(v.parse(ConfigSchema, file), { profile });
}

type RetryFields = NonNullable<ConfigFile['load_balancers']>[number]['retry'];

/** One balancer with these fields, over the pools `eu` (id `e1`), `us` and `asia`. */
function balancer(fields: Partial<NonNullable<ConfigFile['load_balancers']>[number]>) {
  const origins = [{ name: 'o', address: 'o.example.com' }];
  const config = normalised({
    load_balancers: [{ name: 'app.example.com', default_pools: ['eu', 'us'], ...fields }],
    pools: [
      { id: 'e1', name: 'eu', origins },
      { name: 'us', origins },
      { name: 'asia', origins },
    ],
  });
  const [only] = config.balancers;
  if (only === undefined) throw new Error('no balancer');
  return only;
}

/** One origin with these fields, in a pool with those. */
function origin(fields: Record<string, unknown>, pool: Record<string, unknown> = {}, profile?: Profile) {
  const file = sampleFile();
  Object.assign(file.pools[0] ?? {}, pool);
  Object.assign(file.pools[0]?.origins[0] ?? {}, fields);
  return Object.values(normalised(file, profile).pools)[0]?.origins[0];
}

describe('normalise: how rankings of a pool are settled', () => {
  const poolOf = (policy: string, canary: string) =>
    normalised({
      load_balancers: [],
      pools: [
        {
          name: 'eu',
          origins: [{ name: 'o', address: 'o.example.com' }],
          origin_steering: { policy, canary: { policy: canary, percent: 5 } },
        },
      ],
    } as ConfigFile).pools['eu'];

  it('is given for the policy and for its canary', () => {
    const { settled_by, canary } = poolOf('weighted_by_load', 'prequal') ?? {};
    expect([settled_by, canary?.settled_by]).toEqual(['reported', 'prequal']);
  });

  it('is absent if nothing is settled by load, or if a script ranks', () => {
    const { settled_by, canary } = poolOf('random', 'script:mine') ?? {};
    expect([settled_by, canary?.settled_by]).toEqual([undefined, undefined]);
  });
});

describe('normalise: session affinity', () => {
  it('is absent if there is none', () => {
    for (const session_affinity of [undefined, '', 'none'] as const)
      expect(balancer(session_affinity === undefined ? {} : { session_affinity })).not.toHaveProperty(
        'session',
      );
  });

  it('has the default TTL of its kind, in milliseconds', () => {
    expect(balancer({ session_affinity: 'cookie' }).session).toEqual({
      by: 'cookie',
      ttl_ms: 82_800_000,
      cookie: '__plimsoll',
      samesite: 'Auto',
      secure: 'Auto',
      zero_downtime_failover: 'none',
      headers: [],
      require_all_headers: false,
    });
    const attributes = { drain_duration: 0, headers: ['X-User', 'Cookie', 'Cookie:A,b'] };
    expect(
      balancer({ session_affinity: 'header', session_affinity_attributes: attributes }).session,
    ).toMatchObject({ ttl_ms: 1_800_000, drain_ms: 0, headers: ['x-user', 'cookie', 'cookie:A,b'] });
    expect(balancer({ session_affinity: 'ip_cookie', session_affinity_ttl: 1_800 }).session?.ttl_ms).toBe(
      1_800_000,
    );
    expect(balancer({ session_affinity: 'cookie', session_affinity_attributes: {} }).session?.samesite).toBe(
      'Auto',
    );
  });

  it('gives the balancers of one host different cookie names, which depend only on the path', () => {
    const cookie = (path: string) => balancer({ session_affinity: 'cookie', path }).session?.cookie;
    expect(cookie('/')).toBe('__plimsoll');
    expect(cookie('/api')).toMatch(/^__plimsoll_[0-9a-f]{8}$/);
    expect(cookie('/api/')).toBe(cookie('/api'));
    expect(cookie('/api/v2')).not.toBe(cookie('/api'));
  });
});

describe('normalise: states of operators', () => {
  it('omits a state that is ready, and keeps the others', () => {
    expect(origin({ state: 'ready' })).not.toHaveProperty('state');
    expect(origin({ state: 'drain' })?.state).toBe('drain');
    const file = sampleFile();
    Object.assign(file.pools[0] ?? {}, { state: 'maintenance' });
    expect(normalised(file).pools['eu']?.state).toBe('maintenance');
  });

  it('fills in a maintenance page even if it is off, so that it can be switched on later', () => {
    expect(balancer({})).not.toHaveProperty('maintenance');
    expect(balancer({ maintenance: {} }).maintenance).toEqual({
      enabled: false,
      retry_after_s: 120,
      message_body: 'Down for maintenance\n',
      content_type: 'text/plain; charset=utf-8',
    });
  });
});

describe('normalise: load balancers', () => {
  it('turns references by name into ids, wherever they are', () => {
    const { default_pools, fallback_pool, country_pools, pool_weights } = balancer({
      default_pools: ['eu', 'us'],
      fallback_pool: 'eu',
      country_pools: { DE: ['eu', 'e1'] },
      random_steering: { pool_weights: { eu: 0.2 } },
    });
    expect(default_pools).toEqual(['e1', 'us']);
    expect(fallback_pool).toBe('e1');
    expect(country_pools).toEqual({ DE: ['e1', 'e1'] });
    expect(pool_weights).toEqual({ e1: 0.2, us: 1 });
  });

  it('prefers an id to the name of another pool', () => {
    const origins = [{ name: 'o', address: 'o.example.com' }];
    const config = normalised({
      load_balancers: [{ name: '*', default_pools: ['a'] }],
      pools: [
        { id: 'a', name: 'x', origins },
        { id: 'b', name: 'a', origins },
      ],
    });
    expect(config.balancers[0]?.default_pools).toEqual(['a']);
  });

  it('keeps the trusted proxies, and omits an empty list', () => {
    expect(balancer({ trusted_proxies: ['10.0.0.0/8', '::1'] }).trusted_proxies).toEqual([
      '10.0.0.0/8',
      '::1',
    ]);
    expect(balancer({ trusted_proxies: [] })).not.toHaveProperty('trusted_proxies');
  });

  it('rewrites redirects unless that is off', () => {
    expect(balancer({ rewrite_redirects: false }).rewrite_redirects).toBe(false);
    expect(balancer({ rewrite_redirects: true })).not.toHaveProperty('rewrite_redirects');
    expect(balancer({})).not.toHaveProperty('rewrite_redirects');
  });

  it('uses the last default pool as fallback pool if none is named', () => {
    expect(balancer({}).fallback_pool).toBe('us');
  });

  it('steers by geography if a pool map is set, else in failover order', () => {
    expect(balancer({}).steering_policy).toBe('off');
    expect(balancer({ pop_pools: { FRA: ['eu'] } }).steering_policy).toBe('geo');
    expect(balancer({ region_pools: { WEU: ['eu'] } }).steering_policy).toBe('geo');
    expect(balancer({ region_pools: { WEU: [] } }).steering_policy).toBe('off');
    expect(balancer({ steering_policy: 'random', pop_pools: { FRA: ['eu'] } }).steering_policy).toBe(
      'random',
    );
  });

  it('gives a weight to every pool it may use, including maps and the fallback pool', () => {
    const { pool_weights } = balancer({
      default_pools: ['us'],
      fallback_pool: 'asia',
      pop_pools: { FRA: ['eu'] },
      random_steering: { default_weight: 0.5, pool_weights: { us: 0 } },
    });
    expect(pool_weights).toEqual({ us: 0, e1: 0.5, asia: 0.5 });
  });

  it('has an id made of host and path unless one is given', () => {
    expect(balancer({}).id).toBe('app.example.com');
    expect(balancer({ path: '/shop/' })).toMatchObject({ id: 'app.example.com/shop', path: '/shop' });
    expect(balancer({ id: 'shop', path: '/' })).toMatchObject({ id: 'shop', path: '/' });
    expect(balancer({ name: 'App.Example.COM' }).host).toBe('app.example.com');
  });

  it('fills in the defaults of retry and timeouts', () => {
    expect(balancer({ retry: { attempts: 5 } }).retry).toEqual({
      attempts: 5,
      on_status: [502, 503, 504, 520, 521, 522, 523, 524, 525, 526, 530],
      max_body_bytes: 65_536,
      also_methods: [],
      backoff: { base_ms: 25, max_ms: 250 },
      budget: { percent: 20, min_per_s: 10 },
    });
    expect(balancer({}).timeouts).toEqual({ first_byte_ms: 30_000, total_ms: 100_000, idle_ms: 300_000 });
  });

  it.each([
    [{ on: ['connect_failure', 'reset'] }, { on: ['connect_failure', 'reset'], on_status: [] }],
    [
      { on: ['timeout', 'gateway_error'], on_status: [429] },
      { on: ['timeout'], on_status: [429, 502, 503] },
    ],
    [{ on: ['5xx'] }, { on: [], on_status: [500, 501, 502] }],
  ] satisfies [RetryFields, object][])(
    'takes retry %o for the failures and statuses that it means',
    (retry, { on, on_status }) => {
      const normal = balancer({ retry }).retry;
      expect(normal?.on).toEqual(on);
      expect(normal?.on_status.slice(0, 3)).toEqual(on_status);
    },
  );

  it('retries exactly the listed statuses if no conditions are named', () => {
    expect(balancer({ retry: { on_status: [503] } }).retry).toMatchObject({ on_status: [503] });
    expect(balancer({ retry: { on_status: [] } }).retry).toMatchObject({ on_status: [] });
    expect(balancer({ retry: { on_status: [] } }).retry).not.toHaveProperty('on');
  });
});

describe('normalise: ejection, breakers, hedging', () => {
  const pool = (fields: object) => {
    const file = sampleFile();
    Object.assign(file.pools[0] ?? {}, fields);
    return Object.values(normalised(file).pools)[0];
  };

  it('ejects by default, with Envoy’s figures, half of a pool at most', () => {
    expect(pool({})?.outlier_detection).toEqual({
      consecutive_failures: 5,
      failure_percent: 85,
      minimum_requests: 50,
      interval_s: 10,
      base_ejection_s: 30,
      max_ejection_s: 300,
      max_ejection_percent: 50,
    });
  });

  it('omits features that are off', () => {
    expect(pool({ outlier_detection: { enabled: false } })).not.toHaveProperty('outlier_detection');
    expect(pool({ outlier_detection: { max_ejection_percent: 0 } })).not.toHaveProperty('outlier_detection');
    expect(pool({})).not.toHaveProperty('circuit_breaker');
    expect(balancer({})).not.toHaveProperty('hedging');
  });

  it('fills in a breaker and keeps the delay of a hedge', () => {
    expect(pool({ circuit_breaker: { max_inflight: 9 } })?.circuit_breaker).toEqual({
      max_inflight: 9,
      max_queue: 0,
      queue_ms: 100,
    });
    expect(balancer({ hedging: { percentile: 95 } }).hedging).toEqual({ percentile: 95 });
    expect(balancer({ hedging: { after_ms: 40 } }).hedging).toEqual({ after_ms: 40 });
  });
});

describe('normalise: policies on trial', () => {
  it('keeps a canary and a shadow, with defaults filled in', () => {
    const file = sampleFile();
    const trials = {
      canary: { policy: 'script:mine', percent: 5 },
      shadow: { policy: 'hash', options: { key: 'header:X-Tenant' } },
    };
    Object.assign(file.pools[0] ?? {}, { origin_steering: trials });
    const [pool] = Object.values(normalised(file).pools);
    expect(pool?.canary).toEqual({ policy: 'script:mine', percent: 5, sticky: false });
    expect(pool?.shadow).toMatchObject({ policy: 'hash', options: { key: ['header:x-tenant'] } });
    expect(Object.values(normalised(sampleFile()).pools)[0]).not.toHaveProperty('canary');
  });

  it('keeps trials among pools in the same way', () => {
    const tried = balancer({
      steering_canary: { policy: 'random', percent: 5, sticky: true },
      steering_shadow: { policy: 'hash', options: { key: 'path' } },
    });
    expect(tried.canary).toEqual({ policy: 'random', percent: 5, sticky: true });
    expect(tried.shadow).toMatchObject({ policy: 'hash', options: { key: ['path'] } });
    expect(balancer({})).not.toHaveProperty('shadow');
  });
});

describe('normalise: origins', () => {
  it.each([
    [{ address: 'a.example.com' }, 'production', 'https://a.example.com'],
    [{ address: 'a.example.com', port: 8443 }, 'production', 'https://a.example.com:8443'],
    [{ address: 'a.example.com', port: 80 }, 'production', 'http://a.example.com:80'],
    [{ address: 'a.example.com', port: 80, scheme: 'https' }, 'production', 'https://a.example.com:80'],
    [{ address: 'a.example.com', scheme: 'http' }, 'production', 'http://a.example.com'],
    [{ address: '127.0.0.1', port: 9101 }, 'local', 'http://127.0.0.1:9101'],
    [{ address: '::1', port: 9101 }, 'local', 'http://[::1]:9101'],
    [{ address: '[::1]', port: 9101 }, 'local', 'http://[::1]:9101'],
    [{ address: 'a.example.com', scheme: 'https' }, 'local', 'https://a.example.com'],
  ] as const)('%o under %s is %s', (fields, profile, url) => {
    expect(origin(fields, {}, profile)?.url).toBe(url);
  });

  it('reads Host whatever its case, and omits it otherwise', () => {
    expect(origin({ header: { host: ['app.example.com'] } })?.host).toBe('app.example.com');
    expect(origin({})).not.toHaveProperty('host');
  });

  it("uses its own proxy, else its pool's, else the default one", () => {
    expect(origin({})?.proxy).toBe('PROXY');
    expect(origin({}, { proxy: 'eu-west' })?.proxy).toBe('PROXY_EU_WEST');
    expect(origin({ proxy: 'asia' }, { proxy: 'eu-west' })?.proxy).toBe('PROXY_ASIA');
  });

  it('is identified by the id of its pool and its own name', () => {
    expect(origin({}, { id: 'e1' })?.id).toBe('e1/eu-1');
  });
});

describe('normalise: monitors', () => {
  it('has milliseconds, and treats zero in a row as one', () => {
    const file = sampleFile();
    const monitors = [{ id: 'http', interval: 15, timeout: 2, consecutive_up: 0, consecutive_down: 0 }];
    expect(normalised({ ...file, monitors }).monitors['http']).toMatchObject({
      interval_ms: 15_000,
      timeout_ms: 2_000,
      consecutive_up: 1,
      consecutive_down: 1,
    });
  });

  it('has one value per header', () => {
    const file = sampleFile();
    const monitors = [
      { id: 'http', header: { Host: ['a.example.com'], Accept: ['a/b', 'c/d'], 'X-None': [] } },
    ];
    expect(normalised({ ...file, monitors }).monitors['http']?.headers).toEqual({
      Host: 'a.example.com',
      Accept: 'a/b, c/d',
    });
  });
});

describe('normalise: traffic', () => {
  const shedding = (load_shedding: NonNullable<ConfigFile['pools']>[number]['load_shedding']) => {
    const file = sampleFile();
    Object.assign(file.pools[0] ?? {}, { load_shedding });
    return normalised(file).pools['eu']?.load_shedding;
  };

  it('omits load shedding that sheds nothing', () => {
    expect(shedding({})).toBeUndefined();
    expect(shedding(undefined)).toBeUndefined();
    expect(shedding({ default_policy: 'hash', default_percent: 0 })).toBeUndefined();
    expect(shedding({ session_percent: 7.5 })).toEqual({
      default_percent: 0,
      default_policy: 'random',
      session_percent: 7.5,
    });
  });

  it("has the limiter's binding, and a header in lower case", () => {
    expect(balancer({}).rate_limit).toBeUndefined();
    expect(balancer({ rate_limit: {} }).rate_limit).toEqual({
      binding: 'RATE_LIMIT',
      by: 'client_address',
      retry_after_s: 10,
    });
    const named = { limiter: 'per-key', by: 'header:X-Api-Key', retry_after_s: 60 };
    expect(balancer({ rate_limit: named }).rate_limit).toEqual({
      binding: 'RATE_LIMIT_PER_KEY',
      by: 'header:x-api-key',
      retry_after_s: 60,
    });
    expect(balancer({ rate_limit: { by: 'cookie:Sid' } }).rate_limit?.by).toBe('cookie:Sid');
  });

  it('resolves the pool of a mirror by name, and omits a mirror that copies nothing', () => {
    expect(balancer({ mirror: { pool: 'eu', percent: 0 } }).mirror).toBeUndefined();
    expect(balancer({ mirror: { pool: 'eu', percent: 2.5 } }).mirror).toEqual({
      pool: 'e1',
      percent: 2.5,
      max_body_bytes: 65_536,
      methods: ['GET', 'HEAD', 'OPTIONS'],
    });
  });
});

describe('normalise: health', () => {
  const pool = (fields: Record<string, unknown>) => {
    const file = sampleFile();
    Object.assign(file.pools[0] ?? {}, fields);
    return normalised(file).pools['eu'];
  };

  it('repeats the group as the monitor, so that a reader without groups sees that health counts', () => {
    expect(pool({ monitor: undefined, monitor_group: 'g' })).toMatchObject({
      monitor: 'g',
      monitor_group: 'g',
    });
    expect(pool({})).not.toHaveProperty('monitor_group');
  });

  it('lists all regions, and omits filters without effect', () => {
    expect(pool({ check_regions: ['ALL_REGIONS'] })?.check_regions).toHaveLength(13);
    expect(pool({ check_regions: ['WEU', 'ENAM', 'WEU'] })?.check_regions).toEqual(['ENAM', 'WEU']);
    expect(pool({ check_regions: [], notification_filter: { origin: {} } })).toEqual(pool({}));
  });

  it('keeps of a filter what it keeps back', () => {
    const notification_filter = { pool: { disable: true, healthy: true }, origin: { healthy: false } };
    expect(pool({ notification_filter })?.notification_filter).toEqual({
      pool: { disable: true },
      origin: { healthy: false },
    });
  });

  it('omits members that are not enabled, and resolves pools by name', () => {
    const file: ConfigFile = {
      ...sampleFile(),
      monitor_groups: [
        {
          id: 'g',
          members: [
            { monitor_id: 'http', must_be_healthy: true },
            { monitor_id: 'tcp', enabled: false },
          ],
        },
      ],
      notifications: [{ name: 'ops', url: 'https://hooks.example.com/', pools: ['eu'] }],
    };
    Object.assign(file.pools?.[0] ?? {}, { id: 'e1' });
    expect(normalised(file)).toMatchObject({
      monitor_groups: { g: [{ monitor: 'http', must_be_healthy: true }] },
      notifications: [{ name: 'ops', url: 'https://hooks.example.com/', pools: ['e1'] }],
    });
  });
});
