import type { PoolStanding } from '../../shared/contracts/explain.ts';
import type { HealthDocument } from '../../shared/contracts/health.ts';
import type { Config } from '../../shared/model/config.ts';
import { poolsOf } from '../../shared/model/effective.ts';
import type { Plan } from './plan.ts';
import { whyOut } from './why_out.ts';

/** How the pools of a plan stand: which of their origins may serve, in which tier and with which weight. */
export function standingsOf(
  plan: Plan,
  { pools }: Config,
  health: HealthDocument | undefined,
  now: number,
): PoolStanding[] {
  const { stages, fallback, balancer } = plan;
  return poolsOf(balancer).map((id): PoolStanding => {
    const stage = stages.get(id) ?? (fallback?.pool === id ? fallback : undefined);
    const tiers = (stage?.tiers ?? []).map((tier) =>
      tier.map((target) => ({ id: target.id as `${string}/${string}`, weight: target.weight })),
    );
    const out = stages.has(id) ? {} : { out: whyOut(pools[id], { document: health, now }) };
    return { id, is_fallback: id === balancer.fallback_pool, ...out, tiers };
  });
}
