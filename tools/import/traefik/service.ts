import type { FileMonitor, FileOrigin, FilePool } from '../../../shared/authoring/schema.ts';
import type { Notes } from '../output/notes.ts';
import { Names } from '../parts/names.ts';
import { sharesOf } from '../parts/weights.ts';
import type { RoutePools } from '../routes/ordered.ts';
import type { Place } from '../tree/tree.ts';
import { monitorOf } from './monitor.ts';
import { serverOf } from './server.ts';
import { affinityOf } from './sticky.ts';

/** What a service becomes. */
export interface Service {
  pools: RoutePools;
  /** Copies to another pool. */
  mirror?: { pool: string; percent: number };
}

/** Makes the pools of services when a router first leads to them. */
export class Services {
  readonly pools: FilePool[] = [];
  readonly monitors: FileMonitor[] = [];
  readonly #services: Place;
  readonly #notes: Notes;
  readonly #names = new Names();
  readonly #made = new Map<string, Service | undefined>();

  /** @param services `http.services` */
  constructor(services: Place, notes: Notes) {
    this.#services = services;
    this.#notes = notes;
  }

  /** @returns undefined: it is not in this file, or none of its servers can be taken */
  use(name: string): Service | undefined {
    const own = name.replace(/@file$/, '');
    if (this.#made.has(own)) return this.#made.get(own);
    // A service that leads to itself finds nothing.
    this.#made.set(own, undefined);
    const service = this.#services.at(own);
    const made = service.exists ? this.#make(own, service) : undefined;
    this.#made.set(own, made);
    return made;
  }

  #make(name: string, service: Place): Service | undefined {
    if (service.at('loadBalancer').exists) return this.#balanced(name, service.at('loadBalancer'));
    if (service.at('weighted').exists) return this.#weighted(service.at('weighted'));
    if (service.at('failover').exists) return this.#failover(service.at('failover'));
    if (service.at('mirroring').exists) return this.#mirroring(service.at('mirroring'));
    return undefined;
  }

  #balanced(name: string, balancer: Place): Service | undefined {
    const servers = balancer
      .at('servers')
      .parts()
      .flatMap((server) => serverOf(server) ?? []);
    if (servers.length === 0) return undefined;
    const id = this.#names.take(name);
    const { shares } = sharesOf(servers.map(({ weight }) => weight));
    const names = new Names('origin');
    const origins = servers.map(({ host, port, scheme, place }, index): FileOrigin => {
      const share = shares[index] ?? 1;
      const origin: FileOrigin = {
        name: names.take(port === 0 ? host : `${host}:${port}`),
        address: host,
        ...(port === 0 ? {} : { port }),
        ...(share === 1 ? {} : { weight: share }),
        scheme,
      };
      this.#notes.add(origin, place);
      return origin;
    });
    const monitor = this.#monitor(id, balancer.at('healthCheck'), servers[0]?.scheme ?? 'http');
    const pool: FilePool = {
      name: id,
      origins,
      ...(monitor === undefined ? {} : { monitor }),
      origin_steering: { policy: policyOf(balancer.at('strategy')) },
      outlier_detection: { enabled: false },
    };
    this.#notes.add(pool, `${balancer.place} service ${name}`);
    this.#notes.add(pool, 'Traefik: failed requests eject no server.', 'outlier_detection');
    this.pools.push(pool);
    const transport = balancer.at('serversTransport');
    transport.platform('TLS to origins: the platform always checks certificates');
    balancer.at('responseForwarding').platform('connections');
    return { pools: { default_pools: [id], ...affinityOf(balancer.at('sticky')) } };
  }

  #weighted(weighted: Place): Service | undefined {
    const parts = weighted
      .at('services')
      .parts()
      .flatMap((part) => {
        const id = this.use(part.at('name').text ?? '')?.pools.default_pools;
        if (id?.length !== 1) {
          part.none('its service was not taken, or has several pools itself');
          return [];
        }
        part.taken();
        return [{ id: id[0] ?? '', weight: Math.max(0, part.at('weight').number ?? 1) }];
      });
    if (parts.length === 0) return undefined;
    const { shares } = sharesOf(parts.map(({ weight }) => weight));
    weighted.at('healthCheck').taken('pools are healthy if their origins are');
    return {
      pools: {
        default_pools: parts.map(({ id }) => id),
        steering_policy: 'random',
        random_steering: {
          pool_weights: Object.fromEntries(parts.map(({ id }, index) => [id, shares[index] ?? 1])),
        },
        ...affinityOf(weighted.at('sticky')),
      },
    };
  }

  #failover(failover: Place): Service | undefined {
    const main = this.use(failover.at('service').text ?? '');
    const second = this.use(failover.at('fallback').text ?? '');
    if (main === undefined || second === undefined) return main ?? second;
    failover.taken();
    return {
      pools: {
        ...main.pools,
        default_pools: [...new Set([...main.pools.default_pools, ...second.pools.default_pools])],
        adaptive_routing: { failover_across_pools: true },
      },
    };
  }

  #mirroring(mirroring: Place): Service | undefined {
    const main = this.use(mirroring.at('service').text ?? '');
    if (main === undefined) return undefined;
    mirroring.at('service').taken();
    mirroring.at('maxBodySize').approximated('set `mirror.max_body_bytes`; 64 KiB here');
    mirroring
      .at('mirrorBody')
      .approximated('GET, HEAD and OPTIONS are copied, which have no body; see `mirror.methods`');
    const [first, ...others] = mirroring.at('mirrors').parts();
    for (const other of others) other.none('a load balancer has one mirror');
    const pool = this.use(first?.at('name').text ?? '')?.pools.default_pools[0];
    if (first === undefined || pool === undefined) return main;
    first.approximated('GET, HEAD and OPTIONS only, unless `mirror.methods` is set');
    return {
      ...main,
      mirror: { pool, percent: Math.min(100, Math.max(0, first.at('percent').number ?? 0)) },
    };
  }

  /** @returns the id of the monitor */
  #monitor(id: string, check: Place, scheme: 'http' | 'https'): string | undefined {
    if (!check.exists) return undefined;
    const monitor = monitorOf(check, this.#names.take(`${id}-check`), scheme);
    this.#notes.add(
      monitor,
      'Traefik: interval 30s and timeout 5s unless set; one failure is down, one success is up.',
    );
    this.monitors.push(monitor);
    return monitor.id;
  }
}

function policyOf(strategy: Place): 'smooth_weighted_round_robin' | 'power_of_two' | 'hash' | 'peak_ewma' {
  switch (strategy.text) {
    case 'p2c':
      strategy.approximated("counts one isolate's requests in flight");
      return 'power_of_two';
    case 'hrw':
      strategy.approximated('rendezvous hashing by client address, so every client moves once');
      return 'hash';
    case 'leasttime':
      strategy.approximated('the lower of two by time and requests in flight (`peak_ewma`)');
      return 'peak_ewma';
    default:
      strategy.taken();
      return 'smooth_weighted_round_robin';
  }
}
