import { drawByWeight } from '../../../shared/balancing/share_at.ts';
import { takesTraffic, usable } from '../../../shared/balancing/usable.ts';
import type { HealthDocument } from '../../../shared/contracts/health.ts';
import type { Ranking } from '../../../shared/contracts/selection.ts';
import { byPreference } from '../../../shared/hashing/rendezvous.ts';
import { requestKey } from '../../../shared/hashing/request_key.ts';
import type { Balancer, Config, Origin, Pool } from '../../../shared/model/config.ts';
import { STRATEGY_DEFAULTS } from '../../../shared/model/strategy_defaults.ts';
import type { HashKey } from '../../../shared/model/strategy_options.ts';

/** The keyed policies in documents of versions that did not publish `settled_by`. A later policy does not belong here. */
const KEYED_BEFORE: readonly string[] = ['hash', 'maglev', 'ketama', 'jump'];

/** How the first origin is chosen among those of its pool. */
interface Choice {
  /** Uniform in [0, 1). */
  draw(): number;
  /** Reads a fact of the request. `''`: the request does not have it. */
  read(name: HashKey): string;
}

/**
 * Ranks origins without a selector: pools in failover order, and in each pool the origins that are not down. If all are down, the
 * origins of the fallback pool serve regardless of their health.
 *
 * The first origin is drawn by weight. Otherwise all isolates of a cold fleet would send everything to one origin. The others of
 * its pool follow in the order listed. If the pool's policy is keyed, weighted rendezvous hashing orders them by key. For `hash`
 * this is the selector's order. For the other keyed policies it is another order, but the same for every request of a key.
 */
export function failoverOrder(
  { default_pools, fallback_pool, retry }: Balancer,
  config: Config,
  health: HealthDocument | undefined,
  choice: Choice,
): Ranking {
  const stages = [...default_pools, fallback_pool].flatMap((id) => stageOf(config.pools[id], health) ?? []);
  const [first = lastResort(config.pools[fallback_pool]), ...others] = stages;
  if (first === undefined) return { origins: [], finalists: 0 };
  const by_key = byKey(first, choice);
  const origins = [by_key ?? drawn(first.origins, choice), ...others.map(({ origins }) => origins)].flat();
  const ids = [...new Set(origins.map(({ id }) => id))].slice(0, retry.attempts);
  const is_last = stages.length === 0 || !default_pools.includes(fallback_pool);
  return {
    origins: ids,
    finalists: 0,
    ...(by_key && { keyed: true }),
    ...(is_last && { fallback: fallback_pool }),
  };
}

/** A pool and those of its origins that may serve. */
interface Stage {
  pool: Pool;
  origins: readonly Origin[];
}

/** Returns undefined if there is no such pool or none of its origins can serve. */
function stageOf(pool: Pool | undefined, health: HealthDocument | undefined): Stage | undefined {
  if (pool === undefined) return undefined;
  const origins = pool.origins.filter((origin) => usable(origin, pool, health));
  return origins.length === 0 ? undefined : { pool, origins };
}

/** The fallback pool regardless of health. An origin that is disabled, in drain or in maintenance still gets no new traffic. */
function lastResort(pool: Pool | undefined): Stage | undefined {
  return pool && { pool, origins: pool.origins.filter((origin) => takesTraffic(origin, pool)) };
}

/** Orders origins by key. Undefined: the pool's policy maps no keys, or the request has no key. */
function byKey({ pool, origins }: Stage, { read }: Choice): Origin[] | undefined {
  const keyed = pool.settled_by === 'bounded_load' || KEYED_BEFORE.includes(pool.origin_policy);
  if (!keyed) return undefined;
  const key = requestKey(keyParts(pool), read);
  return key === undefined ? undefined : byPreference(origins, key);
}

/** The facts that a pool's keyed policy maps. */
export function keyParts({ origin_options }: Pool): readonly HashKey[] {
  return origin_options?.key ?? STRATEGY_DEFAULTS.key;
}

function drawn(origins: readonly Origin[], { draw }: Choice): readonly Origin[] {
  const weights = origins.map(({ weight }) => weight);
  const first = origins[drawByWeight(weights, draw())];
  return first === undefined ? origins : [first, ...origins];
}
