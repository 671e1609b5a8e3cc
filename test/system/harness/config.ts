import type {
  Balancer,
  Config,
  ConfigDocument,
  Monitor,
  Origin as OriginConfig,
  Pool,
} from '../../../shared/config/config.ts';
import { RETRY_STATUSES } from '../../../shared/config/schema.ts';
import { originId } from '../../../shared/contracts/ids.ts';
import type { Origin } from './origin.ts';

/** What a test wants to be different from a plain configuration of one balancer with one pool. */
export interface ConfigOptions {
  balancer?: Partial<Balancer>;
  pool?: Partial<Pool>;
  /** Given: the pool has a monitor that probes `/health`. */
  monitor?: Partial<Monitor>;
  origin?: Partial<OriginConfig>;
}

/** The id of the one balancer and of the one pool of {@link configFor}. */
export const BALANCER = 'test';
export const POOL = 'pool';

/**
 * A normalised configuration: one balancer for every host, one pool `pool` of these origins in this order,
 * `round_robin`, as many attempts as there are origins, 2 s until an answer.
 */
export function configFor(origins: readonly Origin[], options: ConfigOptions = {}): Config {
  const pool: Pool = {
    id: POOL,
    enabled: true,
    minimum_origins: 1,
    origin_policy: 'round_robin',
    origins: origins.map(({ name, port }) => ({
      id: originId(POOL, name),
      name,
      address: '127.0.0.1',
      url: `http://127.0.0.1:${port}`,
      proxy: 'PROXY',
      enabled: true,
      weight: 1,
      ...options.origin,
    })),
    ...(options.monitor === undefined ? {} : { monitor: 'monitor' }),
    ...options.pool,
  };
  const balancer: Balancer = {
    id: BALANCER,
    host: '*',
    path: '/',
    enabled: true,
    steering_policy: 'off',
    default_pools: [POOL],
    fallback_pool: POOL,
    region_pools: {},
    country_pools: {},
    pop_pools: {},
    pool_weights: { [POOL]: 1 },
    failover_across_pools: false,
    retry: {
      attempts: Math.max(origins.length, 1),
      on_status: RETRY_STATUSES,
      max_body_bytes: 65_536,
      also_methods: [],
    },
    timeouts: { first_byte_ms: 2_000 },
    ...options.balancer,
  };
  const monitor: Monitor = {
    id: 'monitor',
    type: 'http',
    method: 'GET',
    path: '/health',
    port: 0,
    expected_codes: '2xx',
    expected_body: '',
    follow_redirects: false,
    retries: 0,
    interval_ms: 5_000,
    timeout_ms: 1_000,
    consecutive_up: 1,
    consecutive_down: 1,
    headers: {},
    ...options.monitor,
  };
  return {
    balancers: [balancer],
    pools: { [POOL]: pool },
    monitors: options.monitor === undefined ? {} : { monitor },
  };
}

/** A configuration as it is published. */
export function documentOf(config: Config, version = 1): ConfigDocument {
  return { format: 1, version, hash: '', published_at: '2026-01-01T00:00:00.000Z', config };
}
