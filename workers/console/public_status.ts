import type { BalancerStatus, OriginStatus, PoolStatus, Status } from '../../shared/contracts/status.ts';

/**
 * What the public learns of a load balancer.
 *
 * - `operational`: no pool lacks an origin.
 * - `degraded`: it serves, but an origin of it is down or degraded.
 * - `outage`: no origin can serve, or an operator switched it off.
 */
export type PublicState = 'operational' | 'degraded' | 'outage';

/** The answer of `GET /status.json`. Times are ISO 8601. It names no pool, no origin, no address and no reason. */
export interface PublicStatus {
  /** When the console looked. */
  seen_at: string;
  load_balancers: PublicBalancer[];
}

export interface PublicBalancer {
  /** Its id. */
  name: string;
  state: PublicState;
  /**
   * Since when. Of `degraded`, since its first origin failed. Null: not known, as after a change by an operator.
   */
  since: string | null;
  /** Whether checks say so. False: no check has a current result, so an outage of the origins would not show. */
  checked: boolean;
}

/** Reduces a status to what the public may know. It builds every field anew, so a new field of the status stays private. */
export function publicStatus({ generated_at, balancers }: Status): PublicStatus {
  return { seen_at: generated_at, load_balancers: balancers.map(publicBalancer) };
}

function publicBalancer(balancer: BalancerStatus): PublicBalancer {
  const pools = balancer.pools.filter(({ enabled }) => enabled);
  const origins = pools.flatMap((pool) => pool.origins.filter(isWanted));
  const checked = origins.some(({ state }) => state !== 'unknown');
  // An operator's change has no time in the status, so it may be what began the outage.
  const changed = pools.some((pool) => pool.origins.some(({ standing }) => LEAVING.includes(standing)));
  const of = (state: PublicState, since: string | null): PublicBalancer => ({
    name: balancer.id,
    state,
    since,
    checked,
  });
  if (!balancer.enabled || balancer.maintenance) return of('outage', null);
  const failing = origins.filter(({ state }) => state === 'down' || state === 'degraded');
  if (!pools.some(serves)) {
    const last = timesOf(origins.filter(({ state }) => state === 'down')).at(-1);
    return of('outage', changed ? null : (last ?? null));
  }
  if (failing.length > 0) return of('degraded', timesOf(failing)[0] ?? null);
  const times = timesOf(origins);
  return of('operational', times.length === origins.length ? (times.at(-1) ?? null) : null);
}

const LEAVING: readonly OriginStatus['standing'][] = ['drain', 'maintenance'];

/** Whether an operator wants it to serve new clients. */
function isWanted({ standing, weight }: OriginStatus): boolean {
  return standing === 'ready' && weight > 0;
}

/** A pool below its minimum serves only as the fallback pool. */
function serves({ state, fallback, origins }: PoolStatus): boolean {
  return (
    (state !== 'critical' || fallback) &&
    origins.some((origin) => isWanted(origin) && origin.state !== 'down')
  );
}

/** The known times, the earliest first. */
function timesOf(origins: readonly OriginStatus[]): string[] {
  return origins.flatMap(({ since }) => since ?? []).sort();
}
