import type { WhyOut } from '../../shared/contracts/selection.ts';
import type { Config, Pool } from '../../shared/model/config.ts';
import { type HealthNow, usableCount } from './candidates.ts';

/** Why a pool is no candidate ({@link candidateTiers} gave nothing). */
export function whyOut(pool: Pool | undefined, health: HealthNow): WhyOut {
  if (pool === undefined) return 'missing';
  if (!pool.enabled) return 'disabled';
  if (pool.state !== undefined) return pool.state;
  return usableCount(pool, health) < Math.max(1, pool.minimum_origins) ? 'down' : 'no_weight';
}

/**
 * The pools that are no candidates, in the order in which steering lists them: `eu:down,us:drain`.
 * @returns empty: all are candidates
 */
export function reasonsOf(
  steered: Iterable<string>,
  candidates: ReadonlyMap<string, unknown>,
  { pools }: Config,
  health: HealthNow,
): string {
  return [...steered]
    .filter((id) => !candidates.has(id))
    .map((id) => `${id}:${whyOut(pools[id], health)}`)
    .join();
}
