import * as v from 'valibot';
import { normalise } from '../../shared/authoring/normalise.ts';
import { type ConfigFile, ConfigSchema } from '../../shared/authoring/schema.ts';
import type { Config, ConfigDocument } from '../../shared/model/config.ts';
import type { Origin } from './origin.ts';

type Balancer = NonNullable<ConfigFile['load_balancers']>[number];
type Pool = NonNullable<ConfigFile['pools']>[number];
type Monitor = NonNullable<ConfigFile['monitors']>[number];

/** Changes to the configuration of a test, written as in a configuration file. */
export interface ConfigOptions {
  balancer?: Partial<Balancer>;
  pool?: Partial<Pool>;
  /** If given, the pool has a monitor that probes `/health`. */
  monitor?: Partial<Monitor>;
  /** Fields for every origin of the pool. */
  origin?: Partial<Pool['origins'][number]>;
}

/** The id of the pool of {@link configFor}. Its origins are `pool/NAME`. */
export const POOL = 'pool';

/**
 * Creates a normalised configuration: one balancer (`*`) for every host, one pool of these origins in this order,
 * `round_robin`, as many attempts as there are origins, 2 s until an answer.
 */
export function configFor(
  origins: readonly Pick<Origin, 'name' | 'port'>[],
  options: ConfigOptions = {},
): Config {
  const { balancer, pool, monitor, origin } = options;
  return configFrom({
    load_balancers: [
      {
        name: '*',
        default_pools: [POOL],
        retry: { attempts: Math.max(origins.length, 1) },
        timeouts: { first_byte_ms: 2_000 },
        ...balancer,
      },
    ],
    pools: [
      {
        name: POOL,
        origin_steering: { policy: 'round_robin' },
        origins: origins.map(({ name, port }) => ({ name, address: '127.0.0.1', port, ...origin })),
        ...(monitor === undefined ? {} : { monitor: 'monitor' }),
        ...pool,
      },
    ],
    monitors:
      monitor === undefined
        ? []
        : [
            {
              id: 'monitor',
              path: '/health',
              interval: 5,
              timeout: 1,
              retries: 0,
              consecutive_up: 1,
              consecutive_down: 1,
              ...monitor,
            },
          ],
  });
}

/** Normalises a configuration file for a developer's machine. @throws ValiError if it is not valid */
export function configFrom(file: ConfigFile): Config {
  return normalise(v.parse(ConfigSchema, file), { profile: 'local' });
}

/** Wraps a configuration as it is published. */
export function documentOf(config: Config, version = 1): ConfigDocument {
  return { format: 1, version, hash: '', published_at: '2026-01-01T00:00:00.000Z', config };
}
