import { warmthOf } from '../../shared/balancing/slow_start.ts';
import { type HealthDocument, stateOf } from '../../shared/contracts/health.ts';
import { getOrMake } from '../../shared/maps.ts';
import type { Balancer, Origin, Pool } from '../../shared/model/config.ts';
import type { Target } from '../../shared/strategies/strategy.ts';
import { withTwins } from '../../shared/strategies/twins.ts';

// This file decides which origins are candidates. It alone knows what Cloudflare defines about `enabled`, `weight`, health,
// `minimum_origins` and the fallback pool, and what Plimsoll adds: slow start, a panic threshold, weights by state.
// Strategies and select.ts see only its result.

/** Tiers of targets, each ranked by itself. The next tier is tried when one is used up. No tier is empty. */
export type Tiers = readonly (readonly Target[])[];

/** The health document, if there is one, and the time in milliseconds since the epoch. */
export interface HealthNow {
  document: HealthDocument | undefined;
  now: number;
}

/**
 * Finds the origins of a pool that may serve.
 *
 * - An origin that is disabled, in maintenance or down is out. An unknown one serves. In a pool without a monitor, health is
 *   ignored.
 * - A degraded origin stands behind the others. If fewer of the others than `minimum_origins` are left, it takes its share like
 *   them. With `degraded_weight` it stands among them, with that part of its weight.
 * - The weight of an origin that has just come up grows slowly (`slow_start`). Strategies that map keys take the weight it will
 *   have (`full_weight`), and the gateway lets its keys in one after the other.
 * - When fewer than `panic_threshold_percent` of the enabled origins can serve, all of them are used. The few that are left
 *   would break under the whole load, and a fault in probing is more likely than that number of faults of origins. It is off by
 *   default, because Cloudflare goes on to the next pool instead.
 * - An origin of weight 0, or in drain, counts as one that can serve, because it still serves its sessions. It gets no new
 *   traffic.
 *
 * @returns undefined: no candidate, because the pool is disabled, in drain or in maintenance, or fewer origins than
 *   `minimum_origins` (at least one) can serve, or none of them takes new traffic
 */
export function candidateTiers(pool: Pool, health: HealthNow): Tiers | undefined {
  if (!pool.enabled || pool.state !== undefined) return undefined;
  const { whole, degraded, down } = byState(pool, health);
  const usable = whole.length + degraded.length;
  const enabled = usable + down.length;
  if (usable * 100 < (pool.panic_threshold_percent ?? 0) * enabled) {
    return nonEmpty(pool, [inOrderOf(pool, [...whole, ...degraded, ...down])]);
  }
  const minimum = Math.max(1, pool.minimum_origins);
  if (usable < minimum) return undefined;
  const degraded_weight = pool.degraded_weight ?? 0;
  const lighter = new Set(degraded_weight > 0 ? degraded : []);
  const weigh = (origin: Origin) => origin.weight * (lighter.has(origin) ? degraded_weight : 1);
  const warm = (origin: Origin) => warmth(pool, origin, health);
  const together = whole.length < minimum || degraded_weight > 0;
  const tiers = together ? [inOrderOf(pool, [...whole, ...degraded])] : [whole, degraded];
  return nonEmpty(pool, tiers, weigh, warm);
}

/**
 * Finds the origins of a fallback pool, whatever its health. Origins that can serve come first, then those that are down.
 * @returns undefined: it is disabled, in drain or in maintenance, or none of its origins takes new traffic
 */
export function lastResortTiers(pool: Pool, health: HealthNow): Tiers | undefined {
  if (!pool.enabled || pool.state !== undefined) return undefined;
  const { whole, degraded, down } = byState(pool, health);
  return nonEmpty(pool, [whole, degraded, down]);
}

/** How many origins of a pool can serve, whatever their weights. */
export function usableCount(pool: Pool, health: HealthNow): number {
  const { whole, degraded } = byState(pool, health);
  return whole.length + degraded.length;
}

/** Makes a pool a target of the pool strategy. @returns undefined: its weight is 0, and the strategy is one that weighs */
export function poolTarget(
  balancer: Balancer,
  pool: Pool,
  weighted: boolean,
  health: HealthNow,
): Target | undefined {
  const weight = weighted ? (balancer.pool_weights[pool.id] ?? 1) : 1;
  if (weight <= 0) return undefined;
  const { id, latitude, longitude, cost, capacity } = pool;
  const { whole, degraded, down } = byState(pool, health);
  const serving = [...whole, ...degraded];
  const target: Target = { id, weight, healthy: serving.length, total: serving.length + down.length };
  if (latitude !== undefined && longitude !== undefined) Object.assign(target, { latitude, longitude });
  if (cost !== undefined) target.cost = cost;
  if (capacity !== undefined) target.capacity = capacity;
  if (pool.monitor === undefined) return target;
  const probed = serving.map((origin) => health.document?.origins[origin.id]?.rtt_ms ?? {});
  const rtt_ms = mean(probed.flatMap((rtts) => mean(Object.values(rtts)) ?? []));
  if (rtt_ms !== undefined) target.rtt_ms = rtt_ms;
  if (pool.check_regions !== undefined) target.rtt_from = meansByPlace(probed);
  return target;
}

/** How often a plan is made again while an origin is in its slow start. */
const WARMING_STEP_MS = 1_000;

/** When a pool's candidates change by time alone, milliseconds since the epoch. Infinity: never. */
export function changesAt(pool: Pool, health: HealthNow): number {
  const warming = pool.origins.some((origin) => warmth(pool, origin, health) < 1);
  return warming ? health.now + WARMING_STEP_MS : Number.POSITIVE_INFINITY;
}

/** The part of its weight that an origin has in its slow start, else 1. */
function warmth(pool: Pool, origin: Origin, { document, now }: HealthNow): number {
  return warmthOf(pool, document?.origins[origin.id], now);
}

/** The mean over origins for each place that probes them. */
function meansByPlace(probed: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const seen = probed.flatMap((rtts) => Object.entries(rtts));
  const places = Map.groupBy(seen, ([place]) => place);
  return Object.fromEntries(
    [...places].map(([place, rtts]) => [place, mean(rtts.map(([, rtt_ms]) => rtt_ms)) ?? 0]),
  );
}

function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** `whole`: up or unknown. */
type ByState = Record<'whole' | 'degraded' | 'down', Origin[]>;

function byState(pool: Pool, { document }: HealthNow): ByState {
  const groups: ByState = { whole: [], degraded: [], down: [] };
  for (const origin of pool.origins) {
    if (!origin.enabled || origin.state === 'maintenance') continue;
    const state = pool.monitor === undefined ? 'up' : stateOf(document, origin.id);
    groups[state === 'degraded' || state === 'down' ? state : 'whole'].push(origin);
  }
  return groups;
}

/** `off` takes origins in the order the configuration lists them. */
function inOrderOf(pool: Pool, origins: readonly Origin[]): Origin[] {
  const listed = new Set(origins);
  return pool.origins.filter((origin) => listed.has(origin));
}

function nonEmpty(
  pool: Pool,
  tiers: readonly Origin[][],
  weigh = ({ weight }: Origin) => weight,
  warm: (origin: Origin) => number = () => 1,
): Tiers | undefined {
  const listed = getOrMake(listings, pool, listingOf);
  const targetOf = (origin: Origin): Target => {
    const weight = weigh(origin) * warm(origin);
    const target: Target = { ...listed.get(origin), id: origin.id, weight };
    if (warm(origin) < 1) target.full_weight = weigh(origin);
    return target;
  };
  const filled = tiers
    .map((tier) => tier.filter(({ weight, state }) => weight > 0 && state === undefined).map(targetOf))
    .filter((targets) => targets.length > 0);
  return filled.length > 0 ? filled : undefined;
}

/** The origins of each pool as targets, which health does not change. Pools are never changed in place. */
const listings = new WeakMap<Pool, ReadonlyMap<Origin, Target>>();

function listingOf({ origins }: Pool): ReadonlyMap<Origin, Target> {
  const shards = origins.length;
  const listed = withTwins(
    origins.map(({ id, weight, address, url }, shard) => {
      return { id, weight, host: address, port: portIn(url), shard, shards };
    }),
  );
  const listing = new Map<Origin, Target>();
  origins.forEach((origin, shard) => {
    const target = listed[shard];
    if (target !== undefined) listing.set(origin, target);
  });
  return listing;
}

/** The port as written in an origin's URL. 0: none is. `URL` cannot be used, because it drops the scheme's own port. */
function portIn(url: string): number {
  return Number(/:(\d+)$/.exec(url)?.[1] ?? 0);
}
