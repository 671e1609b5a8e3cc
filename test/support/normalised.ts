import type { Balancer, Config, ConfigDocument, Origin, Pool, Session } from '../../shared/model/config.ts';
import { originId } from '../../shared/model/ids.ts';

// Parts of a normalised configuration, for tests of every Worker: what a test does not name is ordinary.

export function origin(pool: string, name: string, change: Partial<Origin> = {}): Origin {
  return {
    id: originId(pool, name),
    name,
    address: `${name}.example.com`,
    url: `https://${name}.example.com`,
    proxy: 'PROXY',
    enabled: true,
    weight: 1,
    ...change,
  };
}

/** @param origins names, or origins */
export function pool(id: string, origins: readonly (string | Origin)[], change: Partial<Pool> = {}): Pool {
  return {
    id,
    enabled: true,
    origins: origins.map((one) => (typeof one === 'string' ? origin(id, one) : one)),
    minimum_origins: 1,
    origin_policy: 'round_robin',
    ...change,
  };
}

/** For every host: pool `p`, three attempts. */
export function balancer(change: Partial<Balancer> = {}): Balancer {
  return {
    id: 'app',
    host: '*',
    path: '/',
    enabled: true,
    steering_policy: 'off',
    default_pools: ['p'],
    fallback_pool: 'p',
    region_pools: {},
    country_pools: {},
    pop_pools: {},
    pool_weights: {},
    failover_across_pools: false,
    retry: { attempts: 3, on_status: [502, 503, 504], max_body_bytes: 65_536, also_methods: [] },
    timeouts: { first_byte_ms: 200 },
    ...change,
  };
}

export function config(balancers: Balancer[], pools: Pool[]): Config {
  return { balancers, pools: Object.fromEntries(pools.map((each) => [each.id, each])), monitors: {} };
}

export function documentOf(content: Config, version = 1): ConfigDocument {
  return {
    format: 1,
    version,
    hash: `hash-${version}`,
    published_at: '2026-11-01T00:00:00.000Z',
    config: content,
  };
}

/** By cookie, for 23 hours. */
export function session(change: Partial<Session> = {}): Session {
  return {
    by: 'cookie',
    ttl_ms: 82_800_000,
    zero_downtime_failover: 'none',
    cookie: '__plimsoll',
    samesite: 'Auto',
    secure: 'Auto',
    headers: [],
    require_all_headers: false,
    ...change,
  };
}
