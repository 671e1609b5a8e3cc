import type { ProbeOrder } from '../../../shared/contracts/carrying.ts';
import { hintOf, type LocationHint } from '../../../shared/geo/location_hints.ts';
import { urlHost } from '../../../shared/http/address.ts';
import type { Config, Monitor, Origin, Pool } from '../../../shared/model/config.ts';
import type { OriginId } from '../../../shared/model/ids.ts';
import { membersOf, probedPort } from '../../../shared/model/probe_target.ts';

/** Where a prober runs: the coordinator itself (`default`), or the Durable Object of a location hint. */
export type ProbeRegion = 'default' | LocationHint;

/** Key of one origin under one monitor: `eu/eu-1`, or `eu/eu-1 login` for monitor `login` of a monitor group. */
export type WatchKey = OriginId | `${OriginId} ${string}`;

/** One origin under one monitor, with all that a prober needs to know. */
export interface Watched {
  key: WatchKey;
  id: OriginId;
  pool: string;
  monitor: Monitor;
  /** Binding of the proxy that carries the origin's traffic. Probes take the same route. */
  proxy: string;
  order: ProbeOrder;
  /** Changes when older results lose their meaning: whenever the origin is probed or judged in another way. */
  definition: string;
  /** Where it is probed from; never empty. */
  regions: readonly ProbeRegion[];
  /** The monitor's role in its monitor group. */
  must_be_healthy?: true;
  monitoring_only?: true;
}

/**
 * Lists what to probe: every enabled origin of every enabled pool, under each monitor of the pool. Weight does not matter:
 * an origin at weight 0 is probed so that its state is known when it receives traffic again. A draining origin is probed
 * because it still serves sessions. Origins and pools in maintenance are not probed.
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

/** Where a pool is probed from. Regions that share a location hint share a prober. */
function regionsOf({ check_regions = [] }: Pool): readonly ProbeRegion[] {
  const hints = new Set(check_regions.flatMap((region) => hintOf(region) ?? []));
  return hints.size === 0 ? ['default'] : [...hints];
}

/** The probe that a proxy runs to check one origin for one monitor. */
export function orderFor(origin: Origin, monitor: Monitor): ProbeOrder {
  return {
    origin: origin.id,
    type: monitor.type,
    address: origin.address,
    port: probedPort(origin, monitor),
    method: monitor.method,
    path: monitor.path,
    headers: headersFor(origin, monitor),
    expected_codes: monitor.expected_codes,
    expected_body: monitor.expected_body,
    follow_redirects: monitor.follow_redirects,
    timeout_ms: monitor.timeout_ms,
  };
}

/** The monitor's headers with exactly one `Host`. Cloudflare's precedence: the origin's, the monitor's, the address. */
function headersFor(origin: Origin, monitor: Monitor): Record<string, string> {
  const headers: Record<string, string> = {};
  let host = origin.host;
  for (const [name, value] of Object.entries(monitor.headers)) {
    if (name.toLowerCase() === 'host') host ??= value;
    else headers[name] = value;
  }
  return { ...headers, Host: host ?? urlHost(origin.address) };
}
