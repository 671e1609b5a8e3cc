import type { ConfigFile } from '../../../shared/authoring/schema.ts';

/** The pool and its origins. An origin's id is `POOL/NAME`. */
export const POOL = 'pool';
const NAMES = ['one', 'two', 'three', 'four'];
export const ORIGINS = NAMES.map((name) => `${POOL}/${name}`);

/** The policies of the published configurations, the first one first. A data point names the policy that decided. */
export const POLICIES = ['random', 'round_robin'] as const;

/** Probes of an origin. Two failed checks in a row make it down. */
export const MONITOR = { interval: 5, timeout: 1, retries: 0, consecutive_up: 1, consecutive_down: 2 };

/**
 * A configuration with one pool of four origins, in which ejection and retries have their defaults. It is written in the words that
 * the schema of an older revision has too.
 * @param ports of the origins, in their order
 */
export function configFile(ports: readonly number[], policy: (typeof POLICIES)[number]): ConfigFile {
  return {
    load_balancers: [{ name: '*', default_pools: [POOL], retry: { attempts: NAMES.length } }],
    pools: [
      {
        name: POOL,
        monitor: 'monitor',
        origin_steering: { policy },
        origins: NAMES.map((name, index) => ({ name, address: '127.0.0.1', port: ports[index] ?? 0 })),
      },
    ],
    monitors: [{ id: 'monitor', path: '/health', ...MONITOR }],
  };
}
