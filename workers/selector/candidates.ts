import type { Balancer, Origin, Pool } from '../../shared/config/config.ts';
import { type HealthDocument, type OriginState, stateOf } from '../../shared/contracts/health.ts';
import type { Target } from './strategy.ts';

// Who may be chosen at all: the one place for what Cloudflare defines about `enabled`, `weight`, health,
// `minimum_origins` and the fallback pool. Whatever else turns health into candidates or into weights (slow start, a
// panic threshold, weights by state) belongs here: the strategies and select.ts see its result alone.

/**
 * Targets in tiers: those of the second are tried when those of the first are used up. The origin strategy ranks
 * each tier by itself. No tier is empty.
 */
export type Tiers = readonly (readonly Target[])[];

/** Health as one moment sees it: the document, if any, and the time in milliseconds since the epoch. */
export interface HealthNow {
  document: HealthDocument | undefined;
  now: number;
}

/**
 * The origins of a pool that may serve.
 *
 * - A disabled origin is out, and so is one that is down. An unknown one serves. In a pool without a monitor health is
 *   ignored.
 * - A degraded origin stands behind the others, unless fewer of these than `minimum_origins` are left: then it takes
 *   its share like them.
 * - An origin of weight 0 counts as one that can serve, for it still does for what is already there, but it gets no
 *   new traffic.
 *
 * @returns undefined: no candidate, for the pool is disabled, fewer origins than `minimum_origins` (at least one)
 *   can serve, or none of them takes new traffic
 */
export function candidateTiers(pool: Pool, health: HealthNow): Tiers | undefined {
  if (!pool.enabled) return undefined;
  const { whole, degraded } = byState(pool, health);
  const minimum = Math.max(1, pool.minimum_origins);
  if (whole.length + degraded.length < minimum) return undefined;
  const tiers = whole.length < minimum ? [inOrderOf(pool, [...whole, ...degraded])] : [whole, degraded];
  return nonEmpty(tiers);
}

/**
 * The origins of a fallback pool, whatever its health: those that can serve, then those that are down.
 * @returns undefined: it is disabled, or none of its origins takes new traffic
 */
export function lastResortTiers(pool: Pool, health: HealthNow): Tiers | undefined {
  if (!pool.enabled) return undefined;
  const { whole, degraded, down } = byState(pool, health);
  return nonEmpty([whole, degraded, down]);
}

/**
 * A pool as a target of the pool strategy.
 * @param weighted whether that strategy weighs: where it does, a pool of weight 0 gets no new traffic
 * @returns undefined: weight 0
 */
export function poolTarget(balancer: Balancer, pool: Pool, weighted: boolean): Target | undefined {
  const weight = weighted ? (balancer.pool_weights[pool.id] ?? 1) : 1;
  if (weight <= 0) return undefined;
  const { id, latitude, longitude } = pool;
  return latitude === undefined || longitude === undefined
    ? { id, weight }
    : { id, weight, latitude, longitude };
}

interface ByState {
  /** Up or unknown. */
  whole: Origin[];
  degraded: Origin[];
  down: Origin[];
}

function byState(pool: Pool, health: HealthNow): ByState {
  const groups: ByState = { whole: [], degraded: [], down: [] };
  for (const origin of pool.origins) {
    if (!origin.enabled) continue;
    const state = stateIn(pool, origin, health);
    groups[state === 'degraded' || state === 'down' ? state : 'whole'].push(origin);
  }
  return groups;
}

function stateIn(pool: Pool, origin: Origin, { document, now }: HealthNow): OriginState {
  return pool.monitor === undefined ? 'up' : stateOf(document, origin.id, now);
}

/** `off` takes origins in the order the configuration lists them. */
function inOrderOf(pool: Pool, origins: readonly Origin[]): Origin[] {
  return pool.origins.filter((origin) => origins.includes(origin));
}

function nonEmpty(tiers: readonly Origin[][]): Tiers | undefined {
  const filled = tiers
    .map((origins) => origins.filter(({ weight }) => weight > 0).map(({ id, weight }) => ({ id, weight })))
    .filter((targets) => targets.length > 0);
  return filled.length > 0 ? filled : undefined;
}
