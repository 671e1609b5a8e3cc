import type { Facts } from '../../shared/contracts/facts.ts';
import type { KeyedPart, Ranking, RankingPart } from '../../shared/contracts/selection.ts';
import type { OriginId } from '../../shared/model/ids.ts';
import type { Draw } from '../../shared/strategies/strategy.ts';
import { apply, settleAs } from './apply.ts';
import type { Sequences } from './draws.ts';
import { inRole, labelOf, type Plan, sequenceOf } from './plan.ts';
import { rankPools } from './rank_pools.ts';
import { castShadow } from './shadow.ts';
import type { Tables } from './tables.ts';
import { roleFor } from './trials.ts';

/** A ranking, and what select() has to know about it. */
export interface Draft {
  ranking: Ranking;
  /** `pool policy/origin policy` of the first pool. Undefined: nothing can serve. */
  label: string | undefined;
  /** The same with the live policies in place of canaries. */
  live: string | undefined;
  /** Whether any part of the ranking was drawn, so that it serves one request. */
  drawn: boolean;
  /** Whether its shadow was drawn. The ranking itself may serve again, with another draw to compare with. */
  shadow_drawn: boolean;
}

/** Turns are drawn below this: even over any number of targets, and far below where numbers stop being exact. */
const SPARE_TURNS = 2 ** 31;

/** Makes one ranking. @param tables collects maps of keys for a gateway that looks keys up. Undefined: it does not */
export function rank(plan: Plan, facts: Facts, draws: Sequences, tables: Tables | undefined): Draft {
  const { attempts } = plan.balancer.retry;
  const among = roleFor(plan, undefined, facts, draws);
  const pools = rankPools(plan, among.role, facts, draws);
  const ranking: Ranking = { origins: [], finalists: 0 };
  const parts: RankingPart[] = [];
  if (pools.shed) ranking.shed = true;
  const last = pools.stages.at(-1);
  if (last !== undefined && last === plan.fallback) ranking.fallback = last.pool;
  const drawn = among.drawn || pools.drawn;
  const draft: Draft = { ranking, label: undefined, live: undefined, drawn, shadow_drawn: false };

  for (const [depth, stage] of pools.stages.entries()) {
    if (ranking.origins.length >= attempts) break;
    const { role, drawn } = roleFor(plan, stage, facts, draws);
    const policy = inRole(stage, role);
    draft.drawn ||= drawn;
    if (depth === 0) {
      draft.label = labelOf(inRole(plan, among.role), policy);
      draft.live = labelOf(plan.live, stage.live);
      if (among.role === 'canary' || role === 'canary') ranking.variant = 'canary';
      else draft.shadow_drawn = castShadow(ranking, plan, stage, facts, draws);
    }
    for (const [tier, targets] of stage.tiers.entries()) {
      if (ranking.origins.length >= attempts) break;
      const draw = draws.of(sequenceOf(plan, role, stage, tier));
      const first = depth === 0 && tier === 0;
      const ranked = apply(policy, targets, facts, first ? draw : spare(draw));
      // Only the first choice is settled by load. The origins behind it are for failover.
      if (first) {
        settleAs(ranking, ranked, stage);
        if (ranked.keyed || (pools.keyed && ranked.use !== 'once')) ranking.keyed = true;
      }
      const origins = ranked.order as OriginId[];
      ranking.origins.push(...origins);
      const { keyed } = policy.strategy;
      if (tables !== undefined && ranked.keyed && keyed !== undefined) {
        const { whole, settled } = keyed.mapsOf(targets, policy.options);
        const key = keyed.partsOf(policy.options);
        const part: KeyedPart = { key, map: tables.add(whole), take: origins.length };
        if (settled !== undefined) part.settled = tables.add(settled);
        parts.push(part);
        ranking.parts = parts;
      } else parts.push({ origins });
      draft.drawn ||= ranked.use === 'once';
    }
  }
  ranking.origins.length = Math.min(ranking.origins.length, Math.max(attempts, ranking.finalists));
  return draft;
}

/**
 * A draw for targets that are only tried after others have failed. They take no turn of the targets tried first. If the sequence
 * of each pool went on with every ranking, it would move in step with the sequence that chooses among pools, and a pool would
 * send its first requests to some of its origins only.
 */
function spare({ even: _, ...draw }: Draw): Draw {
  return { ...draw, next: () => Math.floor(draw.random() * SPARE_TURNS) };
}
