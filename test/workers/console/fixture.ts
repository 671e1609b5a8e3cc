import type { Balancer, ConfigDocument, Origin, Pool } from '../../../shared/config/config.ts';
import type { HealthDocument, OriginHealth } from '../../../shared/contracts/health.ts';
import { originId } from '../../../shared/contracts/ids.ts';

export const NOW = Date.parse('2026-11-01T12:00:00.000Z');

export function origin(pool: string, name: string, more: Partial<Origin> = {}): Origin {
  return {
    id: originId(pool, name),
    name,
    address: `${name}.example.com`,
    url: `https://${name}.example.com`,
    proxy: 'PROXY',
    enabled: true,
    weight: 1,
    ...more,
  };
}

export function pool(id: string, origins: string[], more: Partial<Pool> = {}): Pool {
  return {
    id,
    enabled: true,
    origins: origins.map((name) => origin(id, name)),
    minimum_origins: 1,
    monitor: 'm',
    origin_policy: 'random',
    ...more,
  };
}

export function balancer(more: Partial<Balancer> = {}): Balancer {
  return {
    id: 'app.example.com/',
    host: 'app.example.com',
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
    retry: { attempts: 2, on_status: [502], max_body_bytes: 0, also_methods: [] },
    timeouts: { first_byte_ms: 1_000 },
    ...more,
  };
}

export function configOf(pools: Pool[], balancers = [balancer()]): ConfigDocument {
  return {
    format: 1,
    version: 3,
    hash: 'abcdef0123456789',
    published_at: '2026-11-01T00:00:00.000Z',
    config: { balancers, pools: Object.fromEntries(pools.map((each) => [each.id, each])), monitors: {} },
  };
}

export function healthOf(origins: Record<string, OriginHealth>, age_ms = 1_000): HealthDocument {
  return { version: 8, published_at: NOW - age_ms, heartbeat_ms: 30_000, origins };
}
