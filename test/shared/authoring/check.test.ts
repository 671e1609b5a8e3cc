import { describe, expect, it } from 'vitest';
import type { Profile } from '../../../shared/authoring/normalise.ts';
import { parseConfig } from '../../../shared/authoring/parse.ts';
import { pathText } from '../../../shared/authoring/problem.ts';
import { sampleFile } from './sample.ts';

type Fields = Record<string, unknown>;

/** The problems of the sample file after some of its parts were changed: `severity path: message`. */
function said(
  changes: { balancer?: Fields; pool?: Fields; origin?: Fields; monitor?: Fields; more?: Fields },
  profile: Profile = 'production',
): string[] {
  const { load_balancers, pools, monitors } = sampleFile();
  Object.assign(load_balancers[0] ?? {}, changes.balancer);
  Object.assign(pools[0]?.origins[0] ?? {}, changes.origin);
  Object.assign(pools[0] ?? {}, changes.pool);
  Object.assign(monitors[0] ?? {}, changes.monitor);
  const data = { load_balancers, pools, monitors, ...changes.more };
  return parseConfig(data, profile)
    .problems.filter(({ severity }) => severity !== 'info')
    .map(({ severity, path, message }) => `${severity} ${pathText(path)}: ${message}`);
}

const line = (start: string) => expect.stringMatching(new RegExp(`^${start.replace(/[[\]."]/g, '\\$&')}`));

describe('policies on trial', () => {
  const steering = (origin_steering: Fields) => said({ pool: { origin_steering } });

  it('use the options of the pool, or their own', () => {
    const options = { table_size: 1_009 };
    expect(steering({ policy: 'random', options, canary: { policy: 'maglev', percent: 1 } })).toEqual([]);
    expect(steering({ policy: 'random', options, shadow: { policy: 'maglev', options } })).toEqual([
      line('warning pools[0].origin_steering.options.table_size: has no effect: policy "random"'),
    ]);
    expect(steering({ policy: 'maglev', canary: { policy: 'jump', percent: 1, options } })).toEqual([
      line('warning pools[0].origin_steering.canary.options.table_size: has no effect: policy "jump"'),
    ]);
  });

  it('are refused with an invalid share, and without one', () => {
    for (const percent of [-1, 101, '5', undefined]) {
      expect(steering({ canary: { policy: 'hash', percent } })).toEqual([
        line('error pools[0].origin_steering.canary.percent'),
      ]);
      expect(said({ balancer: { steering_canary: { policy: 'hash', percent } } })).toEqual([
        line('error load_balancers[0].steering_canary.percent'),
      ]);
    }
  });

  it('warn about a share of 0, which decides nothing', () => {
    const canary = { policy: 'hash', percent: 0 };
    expect(steering({ canary })).toEqual([
      line('warning pools[0].origin_steering.canary.percent: a canary of 0 %'),
    ]);
    expect(said({ balancer: { steering_canary: canary } })).toEqual([
      line('warning load_balancers[0].steering_canary.percent: a canary of 0 %'),
    ]);
  });

  it('among pools must be pool-level policies', () => {
    for (const policy of ['', 'maglev'])
      expect(said({ balancer: { steering_shadow: { policy } } })).toEqual([
        line('error load_balancers[0].steering_shadow.policy'),
      ]);
  });

  it('among pools use the options of the balancer, or their own', () => {
    const steering_options = { overprovisioning_percent: 200 };
    const steering_canary = { policy: 'priority', percent: 1 };
    expect(said({ balancer: { steering_options, steering_canary } })).toEqual([]);
    expect(
      said({
        balancer: { steering_canary: { ...steering_canary, options: steering_options } },
      }),
    ).toEqual([]);
    expect(
      said({ balancer: { steering_policy: 'off', steering_options, steering_shadow: { policy: 'random' } } }),
    ).toEqual([
      line(
        'warning load_balancers[0].steering_options.overprovisioning_percent: has no effect: policy "off"',
      ),
    ]);
    expect(said({ balancer: { steering_shadow: { policy: 'random', options: steering_options } } })).toEqual([
      line(
        'warning load_balancers[0].steering_shadow.options.overprovisioning_percent: has no effect: policy "random"',
      ),
    ]);
  });

  it('among pools are checked as if they were live', () => {
    const country_pools = { DE: ['eu'] };
    const random_steering = { pool_weights: { eu: 0.5 } };
    const balancer = { steering_policy: 'off', country_pools, random_steering };
    expect(said({ balancer })).toHaveLength(2);
    expect(
      said({
        balancer: {
          ...balancer,
          steering_canary: { policy: 'random', percent: 5 },
          steering_shadow: { policy: 'geo' },
        },
      }),
    ).toEqual([]);
    expect(said({ balancer: { steering_shadow: { policy: 'proximity' } } })).toEqual([
      line('error load_balancers[0].default_pools[0]: pool "eu" has no coordinates, which `steering_shadow`'),
    ]);
  });

  it('warn if the choice of a shadow cannot be known', () => {
    expect(steering({ shadow: { policy: 'prequal' } })).toEqual([
      line('warning pools[0].origin_steering.shadow.policy: has no effect: "prequal" counts'),
    ]);
    expect(steering({ canary: { policy: 'prequal', percent: 5 } })).toEqual([]);
  });
});

describe('retries, hedging and ejection', () => {
  it('accept any method in also_methods, and warn about idempotent ones', () => {
    const also = (...also_methods: string[]) => said({ balancer: { retry: { also_methods } } });
    expect(also('POST', 'LOCK', 'MY-METHOD')).toEqual([]);
    expect(also('POST', 'PUT')).toEqual([
      'warning load_balancers[0].retry.also_methods[1]: has no effect: PUT is idempotent and may always be sent again; remove it',
    ]);
    expect(also('post')).toEqual([
      line('warning load_balancers[0].retry.also_methods[0]: got "post", but methods are case-sensitive'),
    ]);
    expect(also('NOT A METHOD')).toHaveLength(1);
  });

  it('hedge after a delay or at a percentile, and need a second attempt', () => {
    const hedging = (hedging: Fields, more: Fields = {}) => said({ balancer: { hedging, ...more } });
    const path = 'load_balancers[0].hedging';
    expect(hedging({ after_ms: 50 })).toEqual([]);
    expect(hedging({ percentile: 95 })).toEqual([]);
    for (const unclear of [{}, { after_ms: 50, percentile: 95 }])
      expect(hedging(unclear)).toEqual([line(`error ${path}: set exactly one of`)]);
    expect(hedging({ percentile: 100 })).toEqual([line(`error ${path}.percentile`)]);
    expect(hedging({ after_ms: 50 }, { retry: { attempts: 1 } })).toEqual([
      line(`warning ${path}: has no effect`),
    ]);
    expect(hedging({ after_ms: 50 }, { timeouts: { first_byte_ms: 50 } })).toEqual([
      line(`warning ${path}.after_ms: has no effect`),
    ]);
    const short = { first_byte_ms: 60, total_ms: 50 };
    expect(hedging({ after_ms: 50 }, { timeouts: short, retry: { attempts: 2 } })).toEqual([
      line(`warning ${path}.after_ms: has no effect`),
      line('warning load_balancers[0].timeouts.first_byte_ms: got 60, more than'),
    ]);
  });

  it('warn if one limit makes another one ineffective', () => {
    expect(said({ balancer: { timeouts: { total_ms: 20_000 } } })).toEqual([
      line('warning load_balancers[0].timeouts.first_byte_ms: got 30000, more than'),
    ]);
    expect(said({ balancer: { timeouts: { first_byte_ms: 100_000 } } })).toEqual([
      line('warning load_balancers[0].timeouts.first_byte_ms: got 100000, as long as'),
    ]);
    const once = { retry: { attempts: 1 }, timeouts: { first_byte_ms: 100_000 } };
    expect(said({ balancer: once })).toEqual([]);
    expect(said({ balancer: { retry: { backoff: { base_ms: 500 } } } })).toEqual([
      line('warning load_balancers[0].retry.backoff.base_ms: got 500, more than'),
    ]);
    expect(said({ pool: { outlier_detection: { base_ejection_s: 400 } } })).toEqual([
      line('error pools[0].outlier_detection.base_ejection_s: got 400, more than'),
    ]);
  });

  it('refuse unknown conditions', () => {
    expect(said({ balancer: { retry: { on: ['connect-failure'] } } })).toEqual([
      line('error load_balancers[0].retry.on[0]'),
    ]);
  });
});

describe('references', () => {
  it('finds unknown pools, wherever they are named', () => {
    const balancer = {
      default_pools: ['eu', 'ue'],
      fallback_pool: 'nowhere',
      region_pools: { WEU: ['x1'] },
      country_pools: { DE: ['eu', 'x2'] },
      pop_pools: { FRA: ['x3'] },
      random_steering: { pool_weights: { x4: 1 } },
      steering_policy: 'random',
    };
    const errors = said({ balancer }).filter((each) => each.startsWith('error'));
    expect(errors).toEqual([
      line(
        'error load_balancers[0].default_pools[1]: got "ue", but there is no pool with that name; allowed: eu',
      ),
      line('error load_balancers[0].fallback_pool: got "nowhere"'),
      line('error load_balancers[0].region_pools.WEU[0]: got "x1"'),
      line('error load_balancers[0].country_pools.DE[1]: got "x2"'),
      line('error load_balancers[0].pop_pools.FRA[0]: got "x3"'),
      line('error load_balancers[0].random_steering.pool_weights.x4: got "x4"'),
    ]);
  });

  it('accepts a pool by its id and by its name', () => {
    const balancer = { default_pools: ['e1'], fallback_pool: 'eu' };
    expect(said({ balancer, pool: { id: 'e1' } })).toEqual([]);
  });

  it('finds an unknown monitor', () => {
    expect(said({ more: { monitors: [] } })).toEqual([
      'error pools[0].monitor: got "http", but there is no monitor with that name; there is no monitor',
    ]);
  });
});

describe('duplicates', () => {
  const origins = [{ name: 'o', address: 'o.example.com' }];

  it('finds two pools with the same id or name', () => {
    const pools = [
      { name: 'eu', origins },
      { name: 'eu', origins },
      { id: 'eu', name: 'us', origins },
    ];
    expect(said({ more: { pools } })).toEqual([
      line('error pools[1].name: duplicate pool id "eu", already in pools[0].name'),
      line('error pools[2].id: duplicate pool id "eu", already in pools[0].name'),
    ]);
  });

  it('finds two origins with the same name in a pool, but not in two pools', () => {
    const pools = [
      { name: 'eu', origins: [...origins, ...origins] },
      { name: 'us', origins },
    ];
    expect(said({ more: { pools } })).toEqual([
      line('error pools[0].origins[1].name: duplicate origin name "o"'),
    ]);
  });

  it('finds two monitors with the same id', () => {
    expect(said({ more: { monitors: [{ id: 'http' }, { id: 'http' }] } })).toEqual([
      line('error monitors[1].id: duplicate monitor id "http"'),
    ]);
  });

  it('finds two load balancers for one host and path, ignoring case and trailing slash', () => {
    const default_pools = ['eu'];
    const load_balancers = [
      { name: 'a.example.com', path: '/shop', default_pools },
      { name: 'A.example.com', path: '/shop/', default_pools },
      { name: 'a.example.com', path: '/', default_pools },
      { name: '*', default_pools },
    ];
    expect(said({ more: { load_balancers } })).toEqual([
      line(
        'error load_balancers[1].name: duplicate host and path "a.example.com/shop", already in load_balancers[0].name',
      ),
    ]);
  });
});

describe('origins', () => {
  it('refuses a bare IP address in production and names the DNS record to add', () => {
    expect(said({ origin: { address: '203.0.113.7' } })).toEqual([
      'error pools[0].origins[0].address: got "203.0.113.7", but the platform cannot fetch a bare IP address; add a ' +
        'DNS record of type A for a hostname in your zone, such as "eu-1.example.com", and write that hostname here',
    ]);
    expect(said({ origin: { address: '2001:db8::7' } })[0]).toContain('DNS record of type AAAA');
    expect(said({ origin: { address: '[2001:db8::7]' } })[0]).toContain('DNS record of type AAAA');
  });

  it.each(['0.0.0.0', '::', '[::]'])('refuses %s, which no client can connect to', (address) => {
    expect(said({ origin: { address }, pool: { allow_private: true } })).toEqual([
      `error pools[0].origins[0].address: got "${address}", which no client can connect to; write the hostname of the origin`,
    ]);
  });

  it.each([
    ['127.0.0.1', 'loopback'],
    ['10.1.2.3', 'private'],
    ['[fe80::1]', 'link-local'],
    ['169.254.169.254', 'a cloud metadata service'],
    ['::ffff:192.168.0.1', 'private'],
    // Other spellings of 127.0.0.1.
    ['0x7f.1', 'loopback'],
    ['2130706433', 'loopback'],
    ['017700000001', 'loopback'],
    ['localhost', 'a private name'],
    ['db.corp.internal', 'a private name'],
    ['metadata.google.internal', 'a private name'],
    ['Printer.LOCAL', 'a private name'],
  ])('refuses the private address %s in production, unless it is allowed', (address, what) => {
    const found = `pools[0].origins[0].address: got ${JSON.stringify(address)}, which is ${what}`;
    expect(said({ origin: { address } })).toEqual([
      `error ${found}; allowed: a public hostname, or "allow_private": true on the origin or its pool`,
    ]);
    for (const allowed of [
      { origin: { address, allow_private: true } },
      { pool: { allow_private: true }, origin: { address } },
    ])
      expect(said(allowed)).toEqual([
        `warning ${found}: Cloudflare cannot reach it; only a runtime in the same network can`,
      ]);
    expect(said({ pool: { allow_private: true }, origin: { address, allow_private: false } })).toEqual([
      line(`error ${found}`),
    ]);
  });

  it.each(['internal.example.com', 'localhost.example.com', 'mylocal', 'a.localx'])(
    'takes %s for a public name',
    (address) => {
      expect(said({ origin: { address } })).toEqual([]);
    },
  );

  it('refuses an address that leads back to the gateway, unless it is allowed', () => {
    const balancer = { name: 'App.example.com' };
    const origin = { address: 'app.Example.com' };
    expect(said({ balancer, origin })).toEqual([
      line(
        'error pools[0].origins[0].address: got "app.Example.com", the host of one of these load balancers',
      ),
    ]);
    expect(said({ balancer, origin: { ...origin, allow_private: true } })).toEqual([]);
    expect(said({ balancer: { name: '*.example.com' } })).toEqual([]);
  });

  it.each(['10.0.0.0/33', 'example.com', '10.0.0.1-10.0.0.9', ''])(
    'refuses %j as a trusted proxy',
    (range) => {
      expect(said({ balancer: { trusted_proxies: ['10.0.0.0/8', range] } })).toEqual([
        `error load_balancers[0].trusted_proxies[1]: got ${JSON.stringify(range)}; allowed: an IP address or a range like "192.0.2.0/24"`,
      ]);
    },
  );

  it('accepts an IP address locally', () => {
    for (const address of ['127.0.0.1', '::1', '[::1]'])
      expect(said({ origin: { address } }, 'local')).toEqual([]);
  });

  it.each([
    'https://a.example.com',
    'a.example.com:80',
    '10.0.0.1:80',
    'a.example.com/x',
    'a..b',
    '999.1.1.1',
    '::zz',
    '',
  ])('refuses the address %j', (address) => {
    for (const profile of ['production', 'local'] as const)
      expect(said({ origin: { address } }, profile)).toEqual([
        `error pools[0].origins[0].address: got ${JSON.stringify(address)}; allowed: a hostname without scheme, port or path`,
      ]);
  });

  it('accepts one Host and no other header', () => {
    expect(said({ origin: { header: { Host: ['a.example.com', 'b.example.com'], 'X-A': ['1'] } } })).toEqual([
      'error pools[0].origins[0].header["X-A"]: only "Host" can be set for an origin; remove it',
      'error pools[0].origins[0].header: got 2 values of Host; allowed: one',
      line('warning pools[0].origins[0].header: Host "a.example.com" needs both'),
    ]);
  });

  it('warns about a Host that the platform may not send, and never sends locally', () => {
    const origin = { header: { Host: ['app.example.com'] } };
    expect(said({ origin })).toEqual([
      line('warning pools[0].origins[0].header: Host "app.example.com" needs both'),
    ]);
    expect(said({ origin }, 'local')).toEqual([
      line('warning pools[0].origins[0].header: Host "app.example.com" has no effect locally'),
    ]);
    expect(said({ origin: { header: { Host: ['eu-1.example.com'] } } })).toEqual([]);
  });
});

describe('steering', () => {
  it('requires both coordinates or none', () => {
    expect(said({ pool: { latitude: 50 } })).toEqual([line('error pools[0].latitude: without `longitude`')]);
    expect(said({ pool: { latitude: 0, longitude: 0 } })).toEqual([]);
  });

  it('requires coordinates of every pool for proximity', () => {
    const balancer = { steering_policy: 'proximity' };
    expect(said({ balancer })).toEqual([
      line('error load_balancers[0].default_pools[0]: pool "eu" has no coordinates'),
    ]);
    expect(said({ balancer, pool: { latitude: 50, longitude: 9 } })).toEqual([]);
  });

  it('warns about pool maps and weights that the policy does not read', () => {
    const pool_weights = { eu: 1 };
    const pop_pools = { FRA: ['eu'] };
    expect(
      said({ balancer: { steering_policy: 'random', pop_pools, random_steering: { pool_weights } } }),
    ).toEqual([line('warning load_balancers[0].pop_pools: has no effect')]);
    expect(said({ balancer: { pop_pools, random_steering: { pool_weights } } })).toEqual([
      line('warning load_balancers[0].random_steering.pool_weights: has no effect'),
    ]);
  });

  it('accepts a strategy script at either level, without warnings about weights that it may read', () => {
    const balancer = { steering_policy: 'script:mine', random_steering: { pool_weights: { eu: 1 } } };
    const origin_steering = { policy: 'script:ours_2' };
    expect(said({ balancer, pool: { origin_steering } })).toEqual([]);
    for (const policy of ['script:', 'script:Mine', 'script:a b', 'script:../config'])
      expect(said({ pool: { origin_steering: { policy } } })).toEqual([
        line('error pools[0].origin_steering.policy: got'),
      ]);
  });
});

describe('monitors', () => {
  it('requires a port for a tcp monitor', () => {
    expect(said({ monitor: { type: 'tcp' } })).toEqual([line('error monitors[0].port: missing')]);
    expect(said({ monitor: { type: 'tcp', port: 22 } })).toEqual([]);
  });

  it.each<[string, Fields, string]>([
    [
      'HEAD with a body',
      { method: 'HEAD', expected_body: 'ok' },
      'expected_body: the response to HEAD has no body',
    ],
    [
      '204 with a body',
      { expected_codes: '204,304', expected_body: 'ok' },
      'expected_body: a response with status',
    ],
    ['1xx', { expected_codes: '1xx' }, 'expected_codes: got "1xx", which no response can have'],
    ['a range from high to low', { expected_codes: '299-200' }, 'expected_codes: got "299-200"'],
    ['a text of more than 10 KB', { expected_body: 'é'.repeat(5_121) }, 'expected_body: is longer than'],
    [
      'the method of a tcp monitor',
      { method: 'connection_established' },
      'method: got "connection_established"',
    ],
    ['tcp to port 25', { type: 'tcp', port: 25 }, 'port: got 25'],
  ])('can never succeed: %s', (_, monitor, message) => {
    expect(said({ monitor })).toEqual([line(`error monitors[0].${message}`)]);
  });

  it('are warnings while no pool and no group uses them', () => {
    const hopeless = { id: 'spare', method: 'HEAD', expected_body: 'ok' };
    const monitors = [{ id: 'http' }, hopeless];
    const message = 'monitors[1].expected_body: the response to HEAD has no body';
    expect(said({ more: { monitors } })).toEqual([line(`warning ${message}`)]);
    const monitor_groups = [{ id: 'g', members: [{ monitor_id: 'spare' }] }];
    expect(said({ more: { monitors, monitor_groups } })).toEqual([line(`error ${message}`)]);
  });

  it.each<[string, Fields]>([
    ['HEAD', { method: 'HEAD' }],
    ['a status without a body beside one that has one', { expected_codes: '200,204', expected_body: 'ok' }],
    ['a status below 200 beside another', { expected_codes: '100-200' }],
    ['a text of 10 KB', { expected_body: 'x'.repeat(10_240) }],
    ['redirects that are not followed', { expected_codes: '301,302' }],
    ['the method of a tcp monitor on one', { type: 'tcp', port: 22, method: 'connection_established' }],
  ])('can succeed: %s', (_, monitor) => {
    expect(said({ monitor })).toEqual([]);
  });

  it('may connect to port 25 locally', () => {
    expect(
      said({ monitor: { type: 'tcp', port: 25 } }, 'local').filter((text) => text.startsWith('error')),
    ).toEqual([]);
  });

  it('warn about expected redirects if redirects are followed', () => {
    expect(said({ monitor: { expected_codes: '301,302', follow_redirects: true } })).toEqual([
      line('warning monitors[0].expected_codes: lists only redirects'),
    ]);
  });

  it('reports the number of probes per origin', () => {
    const { problems } = parseConfig(
      { ...sampleFile(), monitors: [{ id: 'http', interval: 15 }] },
      'production',
    );
    expect(problems).toEqual([
      {
        severity: 'info',
        path: ['pools', 0, 'monitor'],
        message: '4 probes a minute per origin; origins: 2',
      },
    ]);
  });
});

describe('session affinity', () => {
  const AT = 'load_balancers[0].session_affinity';
  const session = (session_affinity: string, attributes: Fields = {}, session_affinity_ttl?: number | null) =>
    said({
      balancer: { session_affinity, session_affinity_ttl, session_affinity_attributes: attributes },
    });

  it.each([
    ['cookie', 1_799, '1800 to 604800'],
    ['ip_cookie', 604_801, undefined],
    ['header', 29, '30 to 3600'],
    ['header', 3_601, '30 to 3600'],
  ])('%s refuses a time to live of %i s, which is out of its range', (by, ttl, range) => {
    const [only, ...more] = session(by, { headers: by === 'header' ? ['x-user'] : [] }, ttl);
    expect(only).toContain(`error ${AT}_ttl: got ${ttl}`);
    if (range !== undefined) expect(only).toContain(range);
    expect(more).toEqual([]);
  });

  it.each([
    ['cookie', 1_800],
    ['ip_cookie', 604_800],
    ['header', 30],
    ['header', 3_600],
    ['cookie', null],
    ['cookie', undefined],
  ])('%s takes %s s', (by, ttl) => {
    expect(session(by, { headers: by === 'header' ? ['x-user'] : [] }, ttl)).toEqual([]);
  });

  it('refuses combinations that no browser accepts', () => {
    expect(session('cookie', { samesite: 'None', secure: 'Never' })).toEqual([
      line(`error ${AT}_attributes.samesite: got "None" with`),
    ]);
    expect(session('header', { headers: ['x-user'], zero_downtime_failover: 'sticky' })).toEqual([
      line(`error ${AT}_attributes.zero_downtime_failover: got "sticky"`),
    ]);
    expect(session('header')).toEqual([line(`error ${AT}_attributes.headers: missing`)]);
    expect(session('cookie', { samesite: 'None', secure: 'Auto' })).toEqual([]);
  });

  it('warns about a drain shorter than sessions, and about fields without effect', () => {
    expect(session('cookie', { drain_duration: 1_799 }, 1_800)).toEqual([
      line(`warning ${AT}_attributes.drain_duration: got 1799 s, but a session lasts 1800 s`),
    ]);
    expect(session('cookie', { drain_duration: 1_800 }, 1_800)).toEqual([]);
    expect(session('cookie', { drain_duration: 0 })).toEqual([]);
    expect(session('cookie', { headers: ['x-user'] })).toEqual([
      line(`warning ${AT}_attributes.headers: has no effect`),
    ]);
    expect(session('none', { zero_downtime_failover: 'sticky' })).toEqual([
      line(`warning ${AT}_attributes: has no effect`),
    ]);
  });

  it.each(['cookie', 'cookie:a', 'cookie:a,b', 'Cookie:A', 'X-User'])('accepts the header %s', (name) => {
    expect(session('header', { headers: [name] })).toEqual([]);
  });

  it.each(['', 'x user', 'cookie:', 'cookie:a,,b', 'x-user:a', 'cookie:a b'])(
    'refuses the header "%s"',
    (name) => {
      expect(session('header', { headers: [name] })).toEqual([line(`error ${AT}_attributes.headers[0]`)]);
    },
  );

  it('names the secret that it needs in production', () => {
    const { load_balancers, ...file } = sampleFile();
    const data = { ...file, load_balancers: [{ ...load_balancers[0], session_affinity: 'cookie' }] };
    const infos = (profile: Profile) =>
      parseConfig(data, profile).problems.filter(({ message }) => message.includes('AFFINITY_KEY'));
    expect(infos('production')).toMatchObject([{ severity: 'info' }]);
    expect(infos('local')).toEqual([]);
  });
});

describe('monitor groups', () => {
  const grouped = (members: Fields[], pool: Fields = {}) =>
    said({
      pool: { monitor: undefined, monitor_group: 'g', ...pool },
      more: { monitor_groups: [{ id: 'g', members }] },
    });

  it('replace the monitor of a pool', () => {
    expect(grouped([{ monitor_id: 'http' }])).toEqual([]);
    expect(grouped([{ monitor_id: 'http' }], { monitor: 'http' })).toEqual([
      line('warning pools[0].monitor: has no effect: `monitor_group` is set'),
    ]);
  });

  it('must exist, and name existing monitors without duplicates', () => {
    expect(grouped([{ monitor_id: 'htpp' }])).toEqual([
      line('error monitor_groups[0].members[0].monitor_id: got "htpp"'),
    ]);
    expect(grouped([{ monitor_id: 'http' }, { monitor_id: 'http' }])).toEqual([
      line('error monitor_groups[0].members[1].monitor_id: duplicate monitor "http"'),
    ]);
    expect(grouped([{ monitor_id: 'http' }], { monitor_group: 'h' })).toEqual([
      line('error pools[0].monitor_group: got "h"'),
    ]);
  });

  it('warn if no member has a vote, or a vote does not count', () => {
    expect(grouped([{ monitor_id: 'http', monitoring_only: true, must_be_healthy: true }])).toEqual([
      line('warning monitor_groups[0].members: no enabled member has a vote'),
      line('warning monitor_groups[0].members[0].must_be_healthy: has no effect'),
    ]);
    expect(grouped([])).toEqual([line('warning monitor_groups[0].members: no enabled member has a vote')]);
  });
});

describe('check regions', () => {
  it('are region codes, and need a monitor', () => {
    expect(said({ pool: { check_regions: ['WEU', 'ALL_REGIONS'] } })).toEqual([]);
    expect(said({ pool: { check_regions: ['EUROPE'] } })).toEqual([
      line('error pools[0].check_regions[0]: got "EUROPE"'),
    ]);
    expect(said({ pool: { check_regions: ['WEU'], monitor: undefined } })).toEqual([
      line('warning pools[0].check_regions: has no effect'),
    ]);
  });

  it.each([
    [
      'one prober for two regions with one location hint',
      ['SAS', 'NEAS'],
      '1 probes a minute per origin; origins: 2',
    ],
    ['a prober a hint', ['WEU', 'ENAM'], '2 probes a minute per origin; probers: 2, origins: 2'],
    ['nine for all regions', ['ALL_REGIONS'], '9 probes a minute per origin; probers: 9, origins: 2'],
  ])('count in the probes of an origin: %s', (_, check_regions, message) => {
    const file = sampleFile();
    Object.assign(file.pools[0] ?? {}, { check_regions });
    expect(parseConfig(file, 'production').problems).toEqual([
      { severity: 'info', path: ['pools', 0, 'monitor'], message },
    ]);
  });
});

describe('notifications', () => {
  const notified = (url: string, profile?: Profile) =>
    said({ more: { notifications: [{ name: 'ops', url, pools: ['eu'] }] } }, profile);

  it('use only https, but locally http as well', () => {
    expect(notified('https://hooks.example.com/plimsoll')).toEqual([]);
    expect(notified('http://127.0.0.1:9999/', 'local')).toEqual([]);
    expect(notified('http://hooks.example.com/')).toEqual([
      line('error notifications[0].url: got "http://"'),
    ]);
    expect(notified('file:///etc/passwd', 'local')).toEqual([
      line('error notifications[0].url: got "file://"'),
    ]);
    expect(notified('nowhere')).toEqual([line('error notifications[0].url: got "nowhere"')]);
  });

  it('contain no password, and no bare IP address in production', () => {
    expect(notified('https://me:secret@hooks.example.com/')).toEqual([
      line('error notifications[0].url: contains a user name or a password'),
    ]);
    expect(notified('https://192.0.2.1/')).toEqual([
      line('error notifications[0].url: the platform cannot fetch'),
    ]);
    expect(notified('https://[2001:db8::1]/')).toEqual([
      line('error notifications[0].url: the platform cannot'),
    ]);
  });

  it('have unique names and existing pools', () => {
    const notifications = [
      { name: 'ops', url: 'https://a.example.com/' },
      { name: 'ops', url: 'https://b.example.com/', pools: ['ue'] },
    ];
    expect(said({ more: { notifications } })).toEqual([
      line('error notifications[1].name: duplicate notification name "ops"'),
      line('error notifications[1].pools[0]: got "ue"'),
    ]);
  });

  it('warn about a filter without notifications', () => {
    expect(said({ pool: { notification_filter: { origin: { healthy: false } } } })).toEqual([
      line('warning pools[0].notification_filter: has no effect'),
    ]);
  });
});

describe('fields without effect', () => {
  it('give a warning with the reason if they are set', () => {
    expect(said({ balancer: { ttl: 60 }, monitor: { allow_insecure: true } })).toEqual([
      'warning load_balancers[0].ttl: 60 has no effect: it is for DNS',
      line('warning monitors[0].allow_insecure: true has no effect'),
    ]);
  });

  it('give no warning if they ask for nothing', () => {
    const balancer = { session_affinity: 'none', rules: [], networks: [], session_affinity_attributes: {} };
    const pool = { check_regions: null, notification_email: '', load_shedding: {} };
    expect(said({ balancer, pool, monitor: { allow_insecure: false, probe_zone: '' } })).toEqual([]);
  });
});

describe('traffic', () => {
  const two = { name: 'us', origins: [{ name: 'us-1', address: 'us-1.example.com' }] };
  const {
    pools: [eu],
  } = sampleFile();
  const more = { pools: [eu, two] };
  const both = { default_pools: ['eu', 'us'] };

  it('refuses invalid shares and keys', () => {
    for (const percent of [-1, 101, '5', undefined])
      expect(said({ more, balancer: { mirror: { pool: 'us', percent } } })).toEqual([
        line('error load_balancers[0].mirror.percent'),
      ]);
    for (const by of ['ip', 'header:', 'header:a b', 'cookie:a;b', ['client_address']])
      expect(said({ balancer: { rate_limit: { by } } })).toEqual([
        line('error load_balancers[0].rate_limit.by'),
      ]);
    expect(said({ balancer: { rate_limit: { limiter: 'a/b' } } })).toEqual([
      line('error load_balancers[0].rate_limit.limiter'),
    ]);
    expect(said({ pool: { load_shedding: { session_policy: 'random' } } })).toEqual([
      line('error pools[0].load_shedding.session_policy'),
    ]);
  });

  it('reports a mirror to an unknown pool, and to a pool that serves the same requests', () => {
    expect(said({ balancer: { mirror: { pool: 'su', percent: 1 } } })).toEqual([
      line('error load_balancers[0].mirror.pool: got "su"'),
    ]);
    expect(said({ balancer: { mirror: { pool: 'eu', percent: 1 } } })).toEqual([
      line('warning load_balancers[0].mirror.pool: pool "eu" also serves this load balancer'),
    ]);
    expect(said({ more, balancer: { mirror: { pool: 'us', percent: 1 } } })).toEqual([]);
  });

  it('warns about bodies that are streamed and cannot be copied', () => {
    const mirror = { pool: 'us', percent: 1 };
    const retry = { max_body_bytes: 1_000 };
    expect(said({ more, balancer: { mirror, retry } })).toEqual([]);
    expect(said({ more, balancer: { mirror: { ...mirror, methods: ['GET', 'POST'] }, retry } })).toEqual([
      line('warning load_balancers[0].mirror.max_body_bytes: has no effect above 1000'),
    ]);
  });

  it('warns if shed requests have nowhere to go', () => {
    const load_shedding = { default_percent: 10 };
    const shedding = { ...eu, load_shedding };
    expect(said({ more: { pools: [shedding, two] }, balancer: both })).toEqual([]);
    expect(said({ more: { pools: [shedding, two] }, balancer: { fallback_pool: 'us' } })).toEqual([]);
    expect(said({ pool: { load_shedding } })).toEqual([
      line('warning pools[0].load_shedding: has no effect'),
    ]);
  });

  it('warns if there are no sessions to shed', () => {
    const pools = [{ ...eu, load_shedding: { session_percent: 10 } }, two];
    expect(said({ more: { pools }, balancer: both })).toEqual([
      line('warning pools[0].load_shedding.session_percent: has no effect'),
    ]);
    const pinned = said({ more: { pools }, balancer: { ...both, session_affinity: 'cookie' } });
    expect(pinned.filter((problem) => problem.includes('session_percent'))).toEqual([]);
  });
});

describe('metrics.sample', () => {
  const sampling = (sample: unknown) => said({ balancer: { metrics: { sample } } });

  it.each([1, 0.5, 0.333, 0.25, 0.1, 0.01, 0.0001])('may be 1 divided by a whole number: %d', (sample) => {
    expect(sampling(sample)).toEqual([]);
  });

  it.each([
    [0.3, 'must be 1 divided by a whole number: 0.3 is not; write 0.3333 or 0.25'],
    [0.9, 'must be 1 divided by a whole number: 0.9 is not; write 1 or 0.5'],
  ])('must be 1 divided by a whole number, so %d is refused', (sample, message) => {
    expect(sampling(sample)).toEqual([`error load_balancers[0].metrics.sample: ${message}`]);
  });

  it.each([0, -1, 1.5, 'all'])('must be a share, so %j is refused', (sample) => {
    expect(sampling(sample)).toEqual([line('error load_balancers[0].metrics.sample: ')]);
  });

  it.each([
    [0.333, { one_in: 3 }],
    [0.995, undefined],
    [1, undefined],
  ])('%d is published as the number of requests of which one gets a data point', (sample, published) => {
    const { load_balancers, ...rest } = sampleFile();
    Object.assign(load_balancers[0] ?? {}, { metrics: { sample } });
    expect(parseConfig({ load_balancers, ...rest }, 'production').config?.balancers[0]?.metrics).toEqual(
      published,
    );
  });
});
