import type { FileMonitor, FileOrigin, FilePool } from '../../../shared/authoring/schema.ts';
import type { Notes } from '../output/notes.ts';
import { Names } from '../parts/names.ts';
import { fitted } from '../parts/time.ts';
import { sharesOf } from '../parts/weights.ts';
import type { RoutePools } from '../routes/ordered.ts';
import type { Place } from '../tree/tree.ts';
import { secondsOf } from './duration.ts';
import { type Host, levelsOf } from './hosts.ts';
import { monitorOf } from './monitor.ts';
import { outlierOf } from './outlier.ts';
import { steeringOf } from './steering.ts';

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
      origin_steering: steeringOf(cluster, hosts, this.#keyOf(cluster.at('name').text ?? '')),
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
