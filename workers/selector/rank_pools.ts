import type { Facts } from '../../shared/contracts/facts.ts';
import type { Ranked } from '../../shared/strategies/strategy.ts';
import { apply } from './apply.ts';
import type { Sequences } from './draws.ts';
import { inRole, type Plan, type Role, type Stage, sequenceOf } from './plan.ts';
import { shed } from './shedding.ts';

interface RankedPools {
  /** The pools that a request may go to, in order. */
  stages: Stage[];
  drawn: boolean;
  keyed: boolean;
  /** Whether the pool that steering chose sheds the request. */
  shed: boolean;
}

/** Ranks the pools by the balancer's policy in a role. */
export function rankPools(plan: Plan, role: Role, facts: Facts, draws: Sequences): RankedPools {
  const { balancer, shedding, fallback } = plan;
  const policy = inRole(plan, role);
  const ranked: Ranked =
    policy.pools.length > 0
      ? apply(policy, policy.pools, facts, draws.of(sequenceOf(plan, role)))
      : { order: [] };
  const wanted = balancer.failover_across_pools ? balancer.retry.attempts : 1;
  const { order, drawn } =
    shedding === undefined
      ? { order: ranked.order.slice(0, wanted), drawn: false }
      : shed(ranked.order, shedding, facts, draws.of(`${plan.name} shed`), wanted);
  const stages = order.flatMap((id) => plan.stages.get(id) ?? []);
  const last = stages.length === 0 || balancer.failover_across_pools;
  if (last && fallback !== undefined && !order.includes(fallback.pool)) stages.push(fallback);
  const [choice] = ranked.order;
  return {
    stages,
    drawn: drawn || ranked.use === 'once',
    keyed: ranked.keyed === true,
    shed: choice !== undefined && stages[0]?.pool !== choice,
  };
}
