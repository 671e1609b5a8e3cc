import type { Origin, OutlierDetection, Pool } from '../model/config.ts';
import { needsAllowPrivate } from './checks/origins.ts';
import { liftPoolHealth } from './lift_health.ts';
import { liftCanary, liftOptions, liftShadow } from './lift_steering.ts';
import { nameOfBinding } from './lift_traffic.ts';
import type { Profile } from './normalise.ts';
import type { FileOrigin, FilePool } from './schema.ts';

/** Two fields that a pool sets for all of its origins, or each origin for itself. */
type Shared = Pick<FileOrigin, 'proxy' | 'allow_private'>;

/**
 * The inverse of normalisePool(). Its name is its id.
 * @param hosts of all load balancers
 */
export function liftPool(
  id: string,
  pool: Pool,
  hosts: ReadonlySet<string>,
  profile: Profile | undefined,
): FilePool {
  const shared = pool.origins.map((origin) => sharedFields(origin, hosts, profile));
  const [first] = shared;
  const proxy = shared.every((each) => each.proxy === first?.proxy) ? first?.proxy : undefined;
  const allow_private = shared.every((each) => each.allow_private) ? first?.allow_private : undefined;
  const { enabled, state, minimum_origins, slow_start, circuit_breaker, cost, capacity } = pool;
  const { panic_threshold_percent, degraded_weight, load_shedding, latitude, longitude } = pool;
  return {
    name: id,
    ...{ enabled, state, minimum_origins, slow_start, circuit_breaker, cost, capacity },
    ...{ panic_threshold_percent, degraded_weight, load_shedding, latitude, longitude, proxy, allow_private },
    ...liftPoolHealth(pool),
    origins: pool.origins.map((origin, index) => ({
      ...liftOrigin(origin, profile),
      proxy: proxy === undefined ? shared[index]?.proxy : undefined,
      allow_private: allow_private === undefined ? shared[index]?.allow_private : undefined,
    })),
    origin_steering: {
      policy: pool.origin_policy,
      options: liftOptions(pool.origin_options),
      canary: liftCanary(pool.canary),
      shadow: liftShadow(pool.shadow),
    },
    outlier_detection: liftOutliers(pool.outlier_detection),
  };
}

function liftOutliers(detection: OutlierDetection | undefined): FilePool['outlier_detection'] {
  return detection === undefined ? { enabled: false } : detection;
}

function sharedFields(
  { proxy, address }: Origin,
  hosts: ReadonlySet<string>,
  profile: Profile | undefined,
): Shared {
  const allowed = profile !== 'local' && needsAllowPrivate(address, hosts);
  return { proxy: nameOfBinding('PROXY', proxy), allow_private: allowed || undefined };
}

function liftOrigin({ name, address, url, host, enabled, state, weight }: Origin, profile?: Profile) {
  const { scheme, port } = partsOf(url);
  // As originScheme() reads `auto`.
  const auto = port === 80 || profile === 'local' ? 'http' : 'https';
  const is_auto = scheme === auto && (profile !== undefined || port === 80);
  return {
    ...{ name, address, enabled, state, weight, port },
    header: host === undefined ? undefined : { Host: [host] },
    scheme: is_auto ? ('auto' as const) : scheme,
  };
}

/** `https://[2001:db8::1]:8443` -> https and 8443. The URL parser would drop a scheme's own port. */
function partsOf(url: string): { scheme: 'http' | 'https'; port: number } {
  const [, port = '0'] = /:(\d+)$/.exec(url) ?? [];
  return { scheme: url.startsWith('http:') ? 'http' : 'https', port: Number(port) };
}
