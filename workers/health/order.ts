import type { ProbeOrder } from '../../shared/contracts/carrying.ts';
import { hintOf, type LocationHint } from '../../shared/geo/location_hints.ts';
import { urlHost } from '../../shared/http/address.ts';
import type { Config, GroupMember, Monitor, Origin, Pool } from '../../shared/model/config.ts';
import type { OriginId } from '../../shared/model/ids.ts';

/** Who probes: the coordinator itself, or the object of a location hint. */
export type Region = 'default' | LocationHint;

/** One origin under one monitor: the origin's id, in a monitor group with the monitor's behind it. */
export type WatchKey = OriginId | `${OriginId} ${string}`;

/** One origin that is watched by one monitor, and how. */
export interface Watched {
  key: WatchKey;
  id: OriginId;
  pool: string;
  monitor: Monitor;
  /** Binding of the proxy that carries its traffic, and therefore its probes. */
  proxy: string;
  order: ProbeOrder;
  /** Changes with everything that makes older results mean something else: where and how it is probed and judged. */
  definition: string;
  /** Who probes it; never empty. */
  regions: readonly Region[];
  /** What it is in a monitor group. */
  must_be_healthy?: true;
  monitoring_only?: true;
}

/**
 * What to watch: the enabled origins of enabled pools, under each of the pool's monitors. Weight does not matter: an
 * origin at weight 0 is still probed, so that it is known when it is given traffic again, and so is one in drain, which
 * still serves. One in maintenance is left alone.
 */
export function watched(config: Config): Watched[] {
  return Object.values(config.pools)
    .filter(({ enabled, state }) => enabled && state !== 'maintenance')
    .flatMap((pool) => {
      const regions = regionsOf(pool);
      return pool.origins
        .filter(({ enabled, state }) => enabled && state !== 'maintenance')
        .flatMap((origin) =>
          membersOf(pool, config).flatMap(({ monitor: name, ...member }): Watched[] => {
            const monitor = config.monitors[name];
            if (monitor === undefined) return [];
            const { id, proxy } = origin;
            const key: WatchKey = pool.monitor_group === undefined ? id : `${id} ${name}`;
            const order = orderFor(origin, monitor);
            const definition = JSON.stringify([order, proxy, monitor]);
            return [{ key, id, pool: pool.id, monitor, proxy, order, definition, regions, ...member }];
          }),
        );
    });
}

/** The monitors of a pool; none: its health is ignored. */
export function membersOf(pool: Pool, config: Config): readonly GroupMember[] {
  if (pool.monitor_group !== undefined) return config.monitor_groups?.[pool.monitor_group] ?? [];
  return pool.monitor === undefined ? [] : [{ monitor: pool.monitor }];
}

/** Who probes a pool. Regions that share a hint share a prober. */
function regionsOf({ check_regions = [] }: Pool): readonly Region[] {
  const hints = new Set(check_regions.flatMap((region) => hintOf(region) ?? []));
  return hints.size === 0 ? ['default'] : [...hints];
}

/** What a proxy is asked to do to check one origin by one monitor. */
export function orderFor(origin: Origin, monitor: Monitor): ProbeOrder {
  return {
    origin: origin.id,
    type: monitor.type,
    address: origin.address,
    port: portFor(origin, monitor),
    method: monitor.method,
    path: monitor.path,
    headers: headersFor(origin, monitor),
    expected_codes: monitor.expected_codes,
    expected_body: monitor.expected_body,
    follow_redirects: monitor.follow_redirects,
    timeout_ms: monitor.timeout_ms,
  };
}

/** The monitor's port, else the one that the origin's URL names, else the scheme's own: 443 for https, 80 for http. */
function portFor(origin: Origin, monitor: Monitor): number {
  const url = new URL(origin.url);
  const scheme = monitor.type === 'tcp' ? url.protocol.slice(0, -1) : monitor.type;
  return monitor.port || Number(url.port) || (scheme === 'https' ? 443 : 80);
}

/** `Host` as Cloudflare orders it: the origin's own, the monitor's, the address. Exactly one of them. */
function headersFor(origin: Origin, monitor: Monitor): Record<string, string> {
  const headers: Record<string, string> = {};
  let host = origin.host;
  for (const [name, value] of Object.entries(monitor.headers)) {
    if (name.toLowerCase() === 'host') host ??= value;
    else headers[name] = value;
  }
  return { ...headers, Host: host ?? urlHost(origin.address) };
}
