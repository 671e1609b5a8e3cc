import type { Facts } from '../../shared/contracts/facts.ts';
import type { Ranking, Shadow } from '../../shared/contracts/selection.ts';
import type { OriginId } from '../../shared/model/ids.ts';
import { apply, settleAs } from './apply.ts';
import type { Sequences } from './draws.ts';
import { labelOf, type Plan, type Stage, sequenceOf } from './plan.ts';
import { rankPools } from './rank_pools.ts';

/**
 * Adds to a ranking what the shadows would have chosen. If a shadow fails, the ranking stays as it was.
 * @param served the pool that is tried first
 * @returns whether the shadow was drawn
 */
export function castShadow(
  ranking: Ranking,
  plan: Plan,
  served: Stage,
  facts: Facts,
  draws: Sequences,
): boolean {
  if (plan.shadow === undefined && served.shadow === undefined) return false;
  try {
    const pools =
      plan.shadow === undefined
        ? { stages: [served], drawn: false }
        : rankPools(plan, 'shadow', facts, draws);
    const [stage] = pools.stages;
    const [targets] = stage?.tiers ?? [];
    if (stage?.shadow === undefined || targets === undefined) return false;
    const strategy = labelOf(plan.shadow ?? plan.live, stage.shadow);
    if (stage === served && stage.shadow === stage.live) {
      ranking.shadow = { strategy, origins: [], finalists: 0, as_ranked: true };
      return pools.drawn;
    }
    const draw = draws.of(sequenceOf(plan, 'shadow', stage));
    const ranked = apply(stage.shadow, targets, facts, draw);
    const cast: Shadow = { strategy, origins: [], finalists: 0 };
    settleAs(cast, ranked, stage);
    cast.origins = ranked.order.slice(0, Math.max(1, cast.finalists)) as OriginId[];
    ranking.shadow = cast;
    return pools.drawn || ranked.use === 'once';
  } catch (error) {
    console.error(`shadow of ${plan.balancer.id} failed`, error);
    return false;
  }
}
