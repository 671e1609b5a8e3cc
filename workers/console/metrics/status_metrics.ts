import type { PublicationInfo } from '../../../shared/contracts/history.ts';
import type { BalancerStatus, OriginStatus, PoolStatus, Status } from '../../../shared/contracts/status.ts';
import type { Family, Sample } from './family.ts';

// What the console knows, as metrics. All are gauges. Rates are those of the last minutes, and no counters, because data points are
// sampled and expire: the same sum can be smaller at the next look, which Prometheus takes for a restart and counts again.

/** The metrics of a status. Labels are names of the configuration; traffic has at most the rows that the status has. */
export function statusMetrics(status: Status, publication: PublicationInfo): Family[] {
  const { config, health, signals, balancers } = status;
  const pools = [...new Map(balancers.flatMap((one) => one.pools.map((pool) => [pool.id, pool]))).values()];
  const origins = pools.flatMap((pool) => pool.origins.map((origin) => ({ pool, origin })));
  return [
    one('plimsoll_config_version', 'Version of the configuration in force.', config.version),
    one(
      'plimsoll_config_published',
      'Whether KV has the newest version.',
      Number(publication.published && publication.outside === null),
    ),
    one(
      'plimsoll_health_known',
      'Whether the states of origins are known.',
      Number(status.health_reason === null),
    ),
    ...(health === null
      ? []
      : [one('plimsoll_health_age_seconds', 'Age of the health document.', health.age_ms / 1_000)]),
    one('plimsoll_traffic_known', 'Whether recent data points are known.', Number(signals !== null)),
    each(balancers, 'plimsoll_balancer_enabled', 'Whether a load balancer serves.', (balancer) => ({
      labels: { balancer: balancer.id },
      value: Number(balancer.enabled && !balancer.maintenance),
    })),
    each(pools, 'plimsoll_pool_up', 'Whether enough origins of a pool can serve.', (pool) => ({
      labels: { pool: pool.id },
      value: Number(pool.enabled && pool.state !== 'critical'),
    })),
    each(pools, 'plimsoll_pool_origins_up', 'Origins of a pool that are up.', (pool) => ({
      labels: { pool: pool.id },
      value: pool.origins.filter(({ state }) => state === 'up').length,
    })),
    each(pools, 'plimsoll_pool_minimum_origins', 'Origins that a pool needs.', (pool) => ({
      labels: { pool: pool.id },
      value: pool.minimum_origins,
    })),
    each(origins, 'plimsoll_origin_up', 'Whether checks say that an origin is up or degraded.', (row) => ({
      labels: labelsOf(row),
      value: Number(row.origin.state === 'up' || row.origin.state === 'degraded'),
    })),
    each(origins, 'plimsoll_origin_ready', 'Whether an origin is enabled and not drained.', (row) => ({
      labels: labelsOf(row),
      value: Number(row.origin.enabled && row.origin.standing === 'ready'),
    })),
    each(origins, 'plimsoll_origin_weight', 'Weight of an origin as configured.', (row) => ({
      labels: labelsOf(row),
      value: row.origin.weight,
    })),
    each(
      origins.filter(({ origin }) => origin.ejection !== null),
      'plimsoll_origin_ejected_isolates',
      'Isolates of the gateway that eject an origin.',
      (row) => ({ labels: labelsOf(row), value: row.origin.ejection?.isolates ?? 0 }),
    ),
    ...(signals === null ? [] : trafficMetrics(balancers, signals.traffic_s)),
  ];
}

interface Served {
  balancer: BalancerStatus;
  origin: OriginStatus;
}

function trafficMetrics(balancers: readonly BalancerStatus[], traffic_s: number): Family[] {
  const served = balancers.flatMap((balancer) =>
    balancer.pools
      .flatMap(({ origins }) => origins)
      .filter(({ traffic }) => (traffic?.requests ?? 0) > 0)
      .map((origin): Served => ({ balancer, origin })),
  );
  const labels = ({ balancer, origin }: Served) => ({ balancer: balancer.id, origin: origin.id });
  const window = `in the last ${traffic_s} seconds`;
  return [
    each(served, 'plimsoll_requests_per_second', `Requests to an origin ${window}.`, (row) => ({
      labels: labels(row),
      value: (row.origin.traffic?.requests ?? 0) / traffic_s,
    })),
    each(served, 'plimsoll_errors_per_second', `Failed requests to an origin ${window}.`, (row) => ({
      labels: labels(row),
      value: (row.origin.traffic?.errors ?? 0) / traffic_s,
    })),
    each(
      served.filter(({ origin }) => origin.traffic?.p95_ms !== null),
      'plimsoll_request_duration_p95_seconds',
      `95th percentile of the time to the last byte ${window}.`,
      (row) => ({ labels: labels(row), value: (row.origin.traffic?.p95_ms ?? 0) / 1_000 }),
    ),
  ];
}

function one(name: string, help: string, value: number): Family {
  return { name, help, samples: [{ value }] };
}

function each<T>(rows: readonly T[], name: string, help: string, sample: (row: T) => Sample): Family {
  return { name, help, samples: rows.map(sample) };
}

function labelsOf({ pool, origin }: { pool: PoolStatus; origin: OriginStatus }): Record<string, string> {
  return { pool: pool.id, origin: origin.id };
}
