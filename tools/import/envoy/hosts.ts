import { isHost } from '../parts/host.ts';
import type { Place } from '../tree/tree.ts';

/** A host of a cluster. */
export interface Host {
  host: string;
  port: number;
  weight: number;
  place: string;
}

/** The hosts of a cluster by priority. Weights of localities count if the cluster says so. */
export function levelsOf(cluster: Place): Host[][] {
  const by_locality = cluster.at('common_lb_config', 'locality_weighted_lb_config').exists;
  cluster.at('common_lb_config', 'locality_weighted_lb_config').taken();
  const levels = new Map<number, Host[]>();
  for (const group of cluster.at('load_assignment', 'endpoints').parts()) {
    const level = group.at('priority').number ?? 0;
    const locality_weight = group.at('load_balancing_weight');
    group.at('priority').taken('a pool for each priority');
    group.at('locality').approximated('names of localities have no part in balancing');
    const hosts = group
      .at('lb_endpoints')
      .parts()
      .flatMap((each) => hostOf(each) ?? []);
    const total = hosts.reduce((sum, { weight }) => sum + weight, 0);
    if (by_locality)
      locality_weight.approximated(
        'the weights of its origins; a locality that is down gives its share to the others',
      );
    else locality_weight.platform('not in force without locality_weighted_lb_config');
    const scale = by_locality && total > 0 ? (Math.max(0, locality_weight.number ?? 0) / total) * 100 : 1;
    const scaled = hosts.map((host) => ({ ...host, weight: host.weight * scale }));
    levels.set(level, [...(levels.get(level) ?? []), ...scaled]);
  }
  const old = cluster
    .at('hosts')
    .parts()
    .flatMap((each) => hostOf(each) ?? []);
  if (old.length > 0) levels.set(0, [...(levels.get(0) ?? []), ...old]);
  // Where no locality has a weight, all have the same.
  for (const [level, hosts] of levels)
    if (hosts.every(({ weight }) => weight === 0))
      levels.set(
        level,
        hosts.map((host) => ({ ...host, weight: 1 })),
      );
  return [...levels].sort(([a], [b]) => a - b).flatMap(([, hosts]) => (hosts.length > 0 ? [hosts] : []));
}

function hostOf(endpoint: Place): Host | undefined {
  const inner = endpoint.at('endpoint', 'address', 'socket_address');
  const socket = inner.exists ? inner : endpoint.at('socket_address');
  const host = (socket.at('address').text ?? '').replace(/^\[(.*)\]$/, '$1');
  const port = socket.at('port_value').number ?? 0;
  if (!isHost(host) || !Number.isInteger(port) || port < 0 || port > 65_535) {
    endpoint.none('is no host that a Worker can connect to; expose it over HTTP under a hostname');
    return undefined;
  }
  socket.at('address').taken();
  socket.at('port_value').taken();
  socket.at('protocol').platform('TCP');
  const weight = endpoint.at('load_balancing_weight');
  weight.taken();
  const status = endpoint.at('health_status');
  status.none('set `state` or `enabled` of the origin');
  return { host, port, weight: Math.min(1_000_000, Math.max(0, weight.number ?? 1)), place: endpoint.place };
}
