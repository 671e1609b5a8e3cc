import type { Config } from '../model/config.ts';
import { liftBalancer } from './lift_balancer.ts';
import { liftGroup, liftMonitor } from './lift_health.ts';
import { liftPool } from './lift_pool.ts';
import type { Profile } from './normalise.ts';
import type { ConfigFile } from './schema.ts';
import { CONFIG_NODE } from './schema_node.ts';
import { withoutDefaults } from './without_defaults.ts';

/**
 * Writes a configuration file for a normalised configuration: the inverse of normalise(). Somebody may have published a
 * configuration of which only KV knows, and the history keeps files.
 *
 * parseConfig(lift(config), profile) gives the same configuration, apart from the stamps of drains (stampDrains()) and the names of unused
 * rules. Three notes:
 * - It takes `force` if no pool of a load balancer can serve, for example because all are in drain.
 * - A document of an older version may lack optional fields. They get today's defaults, except for outlier detection, which
 *   stays off.
 * - Gone for good are descriptions, comments, names of pools that have an id, disabled rules, and every field without effect.
 * @param profile of the publication: `scheme` and `allow_private` are left out where this profile does not need them. Default:
 *   they are written wherever one of the profiles needs them
 */
export function lift(config: Config, profile?: Profile): ConfigFile {
  const pools = new Set(Object.keys(config.pools));
  const hosts = new Set(config.balancers.map(({ host }) => host));
  const file: ConfigFile = {
    load_balancers: config.balancers.map((balancer) => liftBalancer(balancer, pools)),
    pools: Object.entries(config.pools).map(([id, pool]) => liftPool(id, pool, hosts, profile)),
    // Documents of older versions may lack these.
    monitors: Object.entries(config.monitors ?? {}).map(([id, monitor]) => liftMonitor(id, monitor)),
    monitor_groups: Object.entries(config.monitor_groups ?? {}).map(([id, members]) =>
      liftGroup(id, members),
    ),
    notifications: config.notifications ?? [],
  };
  return withoutDefaults(file, CONFIG_NODE) as ConfigFile;
}
