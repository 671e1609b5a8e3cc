import type { Origin } from '../../shared/config/config.ts';
import type { Ranking } from '../../shared/contracts/selection.ts';
import type { Inflight } from './inflight.ts';

/**
 * Puts the least loaded finalist first: only the gateway knows this instant's load. Load is requests in flight
 * over weight; a tie goes to the one ranked first, so that idle origins keep the shares the strategy drew.
 *
 * @param origins the ranking's origins, resolved in the gateway's own configuration
 */
export function settle(ranking: Ranking, origins: readonly Origin[], inflight: Inflight): readonly Origin[] {
  const finalists = Math.min(ranking.finalists, origins.length);
  const first = origins[0];
  if (finalists < 2 || first === undefined) return origins;
  let least = first;
  let least_load = load(first, inflight);
  for (let i = 1; i < finalists; i++) {
    const origin = origins[i];
    if (origin === undefined) break;
    const origin_load = load(origin, inflight);
    if (origin_load < least_load) {
      least = origin;
      least_load = origin_load;
    }
  }
  return least === first ? origins : [least, ...origins.filter((origin) => origin !== least)];
}

function load(origin: Origin, inflight: Inflight): number {
  return inflight.of(origin.id) / (origin.weight || 1);
}
