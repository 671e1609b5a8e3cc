import type { Config, Monitor, Origin, Pool } from '../../../shared/model/config.ts';
import { origin as anyOrigin, pool as anyPool } from '../../support/normalised.ts';

/** A normalised origin of pool `p`. */
export function origin(name: string, more: Partial<Origin> = {}): Origin {
  return anyOrigin('p', name, more);
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

/** A configuration with pool `p` of these origins under monitor `m`. */
export function config(
  origins: Origin[],
  options: { pool?: Partial<Pool>; monitor?: Partial<Monitor> } = {},
) {
  const pool = anyPool('p', origins, { monitor: 'm', ...options.pool });
  return { balancers: [], pools: { p: pool }, monitors: { m: monitor(options.monitor) } } satisfies Config;
}

export { documentOf as configDocument } from '../../support/normalised.ts';

/** Uniform in [0, 1), reproducible by its seed (Park and Miller's minimal standard generator). */
export function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
