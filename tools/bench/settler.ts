import type { Ranking } from '../../shared/contracts/selection.ts';
import type { Origin } from '../../shared/model/config.ts';
import type { OriginId } from '../../shared/model/ids.ts';
import type { Ranked, Target } from '../../shared/strategies/strategy.ts';
import { observe } from '../../workers/gateway/selection/settlers/observe.ts';
import { settle } from '../../workers/gateway/selection/settlers/settle.ts';
import { newLoads } from '../../workers/gateway/state/load/loads.ts';

/**
 * The gateway's part of a decision: it finds the origins of a ranking and puts one of the finalists first. Origins have up to
 * three requests in flight, and have answered before.
 * @param now milliseconds since the epoch
 */
export function settler(
  targets: readonly Target[],
  random: () => number,
  now: () => number,
): (ranked: Ranked, limit: number) => readonly Origin[] {
  const loads = newLoads(now, random);
  const origins = new Map(targets.map((target) => [target.id, originOf(target)]));
  for (const [index, origin] of [...origins.values()].entries()) {
    for (let request = 0; request < index % 4; request++) loads.inflight.begin(origin.id);
    for (const by of ['peak_ewma', 'prequal'] as const) {
      observe({ by }, { origin: origin.id, first_byte_ms: 10 + (index % 50), failed: false }, loads);
    }
  }
  return ({ order, finalists = 0, by, settle: options }, limit) => {
    const resolved: Origin[] = [];
    for (const id of order.slice(0, Math.max(limit, finalists))) {
      const origin = origins.get(id);
      if (origin !== undefined) resolved.push(origin);
    }
    const ranking: Ranking = { origins: [], finalists };
    if (by !== undefined) ranking.by = by;
    if (options !== undefined) ranking.settle = options;
    return settle(ranking, resolved, loads);
  };
}

function originOf({ id, weight, host = id }: Target): Origin {
  const place = { address: host, url: `https://${host}`, proxy: 'PROXY' };
  return { id: id as OriginId, name: id, ...place, enabled: true, weight };
}
