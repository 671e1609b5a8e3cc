import { type HealthDocument, isStale } from '../../shared/contracts/health.ts';
import type { BalancerStatus, Status } from '../../shared/contracts/status.ts';
import type { Balancer, ConfigDocument } from '../../shared/model/config.ts';
import { poolsWithRules } from '../../shared/model/effective.ts';
import { poolStatus, trialsOf } from './pool_status.ts';
import type { Signals } from './signals/read_signals.ts';

const UNPUBLISHED = 'the health Worker has published nothing yet';
const STALE =
  'the health document is too old to be trusted: check that the health Worker runs and can write to KV';

/**
 * Joins configuration, health and signals into a status.
 * @param health the document as just read, or why it could not be read; undefined: nothing was published yet
 * @param now milliseconds since the epoch
 * @param signals what data points say, or why that is not known
 */
export function status(
  document: ConfigDocument,
  health: HealthDocument | string | undefined,
  now: number,
  signals: Signals | string = 'not asked for',
): Status {
  const known = typeof signals === 'string' ? undefined : signals;
  const read = typeof health === 'string' ? undefined : health;
  const unread = typeof health === 'string' ? health : health === undefined ? UNPUBLISHED : null;
  const stale = read !== undefined && isStale(read, now);
  const fresh = stale ? undefined : read;
  const { version, hash, published_at, config } = document;
  return {
    generated_at: new Date(now).toISOString(),
    config: { version, hash, published_at },
    health:
      read === undefined
        ? null
        : {
            version: read.version,
            published_at: new Date(read.published_at).toISOString(),
            age_ms: Math.max(now - read.published_at, 0),
            stale,
          },
    health_reason: stale ? STALE : unread,
    signals: known === undefined ? null : { traffic_s: known.traffic_s },
    signals_reason: typeof signals === 'string' ? signals : null,
    balancers: config.balancers.map((balancer) => balancerStatus(balancer, document, fresh, known)),
  };
}

function balancerStatus(
  balancer: Balancer,
  { config }: ConfigDocument,
  health: HealthDocument | undefined,
  signals: Signals | undefined,
): BalancerStatus {
  return {
    id: balancer.id,
    host: balancer.host,
    path: balancer.path,
    enabled: balancer.enabled,
    steering_policy: balancer.steering_policy,
    ...trialsOf(balancer),
    session_affinity: balancer.session?.by ?? 'none',
    maintenance: balancer.maintenance?.enabled ?? false,
    pools: poolsWithRules(balancer)
      .flatMap((id) => config.pools[id] ?? [])
      .map((pool) => poolStatus(pool, balancer, config, health, signals)),
  };
}
