import type { Config, ConfigDocument, Monitor, Origin, Pool } from '../../../shared/config/config.ts';
import { originId } from '../../../shared/contracts/ids.ts';

/** A normalised origin of pool `p`. */
export function origin(name: string, more: Partial<Origin> = {}): Origin {
  return {
    id: originId('p', name),
    name,
    address: `${name}.example.com`,
    url: `https://${name}.example.com`,
    proxy: 'PROXY',
    enabled: true,
    weight: 1,
    ...more,
  };
}

export function monitor(more: Partial<Monitor> = {}): Monitor {
  return {
    id: 'm',
    type: 'https',
    method: 'GET',
    path: '/health',
    port: 0,
    expected_codes: '2xx',
    expected_body: '',
    follow_redirects: false,
    retries: 0,
    interval_ms: 5_000,
    timeout_ms: 1_000,
    consecutive_up: 2,
    consecutive_down: 2,
    headers: {},
    ...more,
  };
}

/** Pool `p` of these origins, watched by monitor `m`. */
export function config(
  origins: Origin[],
  options: { pool?: Partial<Pool>; monitor?: Partial<Monitor> } = {},
) {
  const pool: Pool = {
    id: 'p',
    enabled: true,
    origins,
    minimum_origins: 1,
    monitor: 'm',
    origin_policy: 'random',
    ...options.pool,
  };
  return { balancers: [], pools: { p: pool }, monitors: { m: monitor(options.monitor) } } satisfies Config;
}

export function configDocument(config: Config, version = 1): ConfigDocument {
  return { format: 1, version, hash: `hash-${version}`, published_at: '2026-11-01T00:00:00.000Z', config };
}
