import type { Config, Monitor, Origin } from '../../shared/config/config.ts';
import type { ProbeOrder } from '../../shared/contracts/carrying.ts';
import type { OriginId } from '../../shared/contracts/ids.ts';

/** One origin that is watched, and how. */
export interface Watched {
  id: OriginId;
  pool: string;
  monitor: Monitor;
  /** Binding of the proxy that carries its traffic, and therefore its probes. */
  proxy: string;
  order: ProbeOrder;
  /** Changes with everything that makes older results mean something else: where and how it is probed and judged. */
  definition: string;
}

/**
 * The origins to watch: enabled ones in enabled pools that have a monitor. Weight does not matter: an origin
 * at weight 0 is still probed, so that it is known when it is given traffic again, and so is one in drain, which
 * still serves. One in maintenance is left alone.
 */
export function watched(config: Config): Watched[] {
  return Object.values(config.pools).flatMap((pool) => {
    const monitor = pool.monitor === undefined ? undefined : config.monitors[pool.monitor];
    if (!pool.enabled || pool.state === 'maintenance' || monitor === undefined) return [];
    return pool.origins
      .filter(({ enabled, state }) => enabled && state !== 'maintenance')
      .map((origin) => {
        const order = orderFor(origin, monitor);
        const definition = JSON.stringify([order, origin.proxy, monitor]);
        return { id: origin.id, pool: pool.id, monitor, proxy: origin.proxy, order, definition };
      });
  });
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
  return { ...headers, Host: host ?? origin.address };
}
