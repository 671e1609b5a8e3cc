import type { FileMonitor, FileOrigin, FilePool } from '../../../shared/authoring/schema.ts';
import { isPrime } from '../../../shared/hashing/maglev.ts';
import type { Notes } from '../output/notes.ts';
import { isHost, whyUnreachable } from '../parts/host.ts';
import { Names } from '../parts/names.ts';
import { fitted } from '../parts/time.ts';
import { sharesOf } from '../parts/weights.ts';
import type { RoutePools } from '../routes/ordered.ts';
import type { Place } from '../tree/tree.ts';
import { secondsOf } from './duration.ts';
import { monitorOf } from './monitor.ts';
import { outlierOf } from './outlier.ts';

/** The clusters of a bootstrap file, and what they become. */
export class Clusters {
  readonly pools: FilePool[] = [];
  readonly monitors: FileMonitor[] = [];
  readonly #clusters = new Map<string, Place>();
  readonly #made = new Map<string, RoutePools | undefined>();
  readonly #notes: Notes;
  readonly #names = new Names();
  readonly #keyOf: (cluster: string) => string | undefined;

  /**
   * @param clusters `static_resources.clusters`
   * @param keyOf returns what the routes to a cluster hash; undefined: nothing
   */
  constructor(clusters: Place, notes: Notes, keyOf: (cluster: string) => string | undefined) {
    this.#notes = notes;
    this.#keyOf = keyOf;
    for (const cluster of clusters.parts()) this.#clusters.set(cluster.at('name').text ?? '', cluster);
  }

  get names(): string[] {
    return [...this.#clusters.keys()];
  }

  /** The pools of a cluster, one a priority. Undefined: it is not in this file, or none of its hosts can be taken. */
  use(name: string): RoutePools | undefined {
    if (this.#made.has(name)) return this.#made.get(name);
    const cluster = this.#clusters.get(name);
    const made = cluster === undefined ? undefined : this.#make(name, cluster);
    this.#made.set(name, made);
    return made;
  }

  #make(name: string, cluster: Place): RoutePools | undefined {
    const levels = levelsOf(cluster);
    if (levels.length === 0) return undefined;
    const id = this.#names.take(name);
    cluster.at('name').taken();
    cluster.at('type').platform('the platform resolves names');
    const monitor = monitorOf(cluster.at('health_checks'), this.#names.take(`${id}-check`), tlsOf(cluster));
    if (monitor !== undefined) {
      this.monitors.push(monitor);
      this.#notes.add(
        monitor,
        'Envoy probes at no_traffic_interval (60s unless set) while a cluster has no traffic. Here `interval` is always in force.',
      );
    }
    const ids = levels.map((hosts, level) => {
      const pool = this.#pool(
        level === 0 ? id : this.#names.take(`${id}-${level}`),
        hosts,
        cluster,
        monitor?.id,
      );
      this.pools.push(pool);
      return pool.name;
    });
    if (ids.length === 1) return { default_pools: ids };
    return {
      default_pools: ids,
      steering_policy: 'priority',
      adaptive_routing: { failover_across_pools: true },
    };
  }

  #pool(name: string, hosts: readonly Host[], cluster: Place, monitor: string | undefined): FilePool {
    const { shares } = sharesOf(hosts.map(({ weight }) => weight));
    const names = new Names('origin');
    const secure = tlsOf(cluster);
    const origins = hosts.map(({ host, port, place }, index): FileOrigin => {
      const share = shares[index] ?? 1;
      const origin: FileOrigin = {
        name: names.take(port === 0 ? host : `${host}:${port}`),
        address: host,
        ...(port === 0 ? {} : { port }),
        ...(share === 1 ? {} : { weight: share }),
        scheme: secure,
      };
      this.#notes.add(origin, place);
      return origin;
    });
    const panic = cluster.at('common_lb_config', 'healthy_panic_threshold', 'value');
    panic.taken();
    const pool: FilePool = {
      name,
      origins,
      ...(monitor === undefined
        ? {}
        : { monitor, panic_threshold_percent: fitted(panic.number ?? 50, 0, 100).value }),
      origin_steering: this.#steering(cluster, hosts),
      outlier_detection: outlierOf(cluster.at('outlier_detection')),
      ...breakerOf(cluster.at('circuit_breakers')),
      ...slowStartOf(cluster),
    };
    this.#notes.add(pool, `${cluster.place} cluster ${cluster.at('name').text ?? ''}`);
    this.#notes.add(pool, 'Envoy: nothing is ejected unless outlier_detection is set.', 'outlier_detection');
    if (monitor !== undefined)
      this.#notes.add(pool, 'Envoy: healthy_panic_threshold 50 % unless set.', 'panic_threshold_percent');
    return pool;
  }

  #steering(cluster: Place, hosts: readonly Host[]): NonNullable<FilePool['origin_steering']> {
    const policy = cluster.at('lb_policy');
    const key = this.#keyOf(cluster.at('name').text ?? '');
    switch (policy.text?.toUpperCase()) {
      case 'LEAST_REQUEST': {
        policy.approximated("counts one isolate's requests in flight");
        const choices = cluster.at('least_request_lb_config', 'choice_count');
        choices.taken();
        const count = choices.number ?? 2;
        return {
          policy: 'weighted_least_request',
          ...(count > 2 ? { options: { choices: fitted(count, 2, 32).value } } : {}),
        };
      }
      case 'RANDOM':
        policy.taken();
        return { policy: 'random' };
      case 'RING_HASH':
        if (key === undefined) break;
        policy.approximated('rendezvous hashing, so every key moves once');
        cluster.at('ring_hash_lb_config').approximated('rendezvous hashing has no ring');
        return { policy: 'hash', options: { key: [key] } };
      case 'MAGLEV': {
        if (key === undefined) break;
        const size = cluster.at('maglev_lb_config', 'table_size');
        const fits =
          size.number !== undefined && size.number >= 7 && size.number <= 5_000_011 && isPrime(size.number);
        if (fits) size.taken();
        else size.none('a table has from 7 to 5000011 slots, a prime');
        const moves = hosts.some(({ host }) => whyUnreachable(host) !== undefined);
        if (moves) policy.approximated("the same table, but of the origins' new names, so keys move once");
        else
          policy.approximated(
            'the same table if Envoy hashes hostnames (use_hostname_for_hashing), else keys move once',
          );
        return { policy: 'maglev', options: { key: [key], ...(fits ? { table_size: size.number } : {}) } };
      }
      default:
        if (
          policy.text === undefined ||
          /^(round_robin|cluster_provided|load_balancing_policy_config)$/i.test(policy.text)
        )
          policy.taken();
        else policy.none('round robin instead');
        return { policy: 'smooth_weighted_round_robin' };
    }
    policy.approximated('random, as in Envoy where no route has a hash_policy that Plimsoll can hash');
    return { policy: 'random' };
  }
}

interface Host {
  host: string;
  port: number;
  weight: number;
  place: string;
}

/** The hosts of a cluster by priority. Weights of localities count if the cluster says so. */
function levelsOf(cluster: Place): Host[][] {
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

function tlsOf(cluster: Place): 'http' | 'https' {
  const socket = cluster.at('transport_socket');
  const tls = /tls/i.test(socket.at('name').text ?? '') || cluster.at('tls_context').exists;
  socket.at('name').taken();
  return tls ? 'https' : 'http';
}

function breakerOf(breakers: Place): Pick<FilePool, 'circuit_breaker'> {
  const [first] = breakers.at('thresholds').parts();
  const most = first?.at('max_requests');
  most?.approximated('per origin and isolate (`circuit_breaker.max_inflight`), not per cluster');
  for (const rest of breakers.rest()) rest.none('see `circuit_breaker` and `retry.budget`');
  const count = most?.number;
  return count === undefined || count < 1
    ? {}
    : { circuit_breaker: { max_inflight: fitted(count, 1, 1_000_000).value } };
}

function slowStartOf(cluster: Place): Pick<FilePool, 'slow_start'> {
  for (const kind of ['round_robin_lb_config', 'least_request_lb_config']) {
    const slow = cluster.at(kind, 'slow_start_config');
    const window_s = secondsOf(slow.at('slow_start_window')) ?? 0;
    if (window_s <= 0) continue;
    slow.taken();
    return { slow_start: { window_s: Math.min(3_600, window_s) } };
  }
  return {};
}
