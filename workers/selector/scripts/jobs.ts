import type { Facts } from '../../../shared/contracts/facts.ts';
import { scriptName } from '../../../shared/contracts/scripts.ts';
import { readsOf, type Target } from '../../../shared/strategies/strategy.ts';
import type { Sequences } from '../draws.ts';
import { type Plan, type PolicyInstance, ROLES, sequenceOf } from '../plan.ts';
import type { Done, Job } from './rank_batch.ts';

/** The most rankings that scripts make for one question, over all pools. It bounds the time that a question takes. */
const MAX_RANKINGS = 1_024;

/** What a script has to rank for a question. */
export interface NamedJob {
  /** Name of the script. */
  script: string;
  /** Of the sequence, and so of the targets, in select(). */
  key: string;
  job: Job;
  /** Moves the sequence on by as many numbers as the script took, and counts its rankings. */
  advance(done: Done): void;
}

/**
 * Everything that scripts have to rank so that select() can answer a question. Only the ranking of the pools shows which of them
 * are visited. So every pool's origins are ranked, and `want` is cut where that would be too much.
 */
export function jobsOf(
  plan: Plan,
  facts: Facts,
  want: number,
  draws: Sequences,
): { jobs: NamedJob[]; want: number } {
  const lists: (PolicyInstance & { key: string; targets: readonly Target[] })[] = [];
  for (const role of ROLES) {
    const policy = plan[role];
    if (policy !== undefined && policy.pools.length > 0)
      lists.push({ ...policy, key: sequenceOf(plan, role), targets: policy.pools });
  }
  const stages = [...plan.stages.values()];
  // A pool that can be chosen rarely serves as the last resort too. `random` then ranks it (prepared.ts).
  if (plan.fallback !== undefined && !plan.stages.has(plan.fallback.pool)) stages.push(plan.fallback);
  for (const stage of stages)
    for (const role of ROLES)
      for (const [tier, targets] of stage.tiers.entries()) {
        const policy = stage[role];
        if (policy === undefined || (role === 'shadow' && tier > 0)) continue;
        lists.push({ ...policy, key: sequenceOf(plan, role, stage, tier), targets });
      }
  const scripts = lists.filter(
    ({ strategy: { name }, targets }) => scriptName(name) !== undefined && targets.length > 1,
  );
  const affordable = Math.max(1, Math.min(want, Math.floor(MAX_RANKINGS / Math.max(1, scripts.length))));
  const jobs = scripts.map(({ key, strategy: ranking, targets, options: told }): NamedJob => {
    const draw = draws.of(key);
    const first = draw.next();
    const rate = draw.rate?.();
    return {
      script: scriptName(ranking.name) ?? '',
      key,
      job: {
        targets,
        facts: Object.fromEntries(readsOf(ranking, told).map((name) => [name, facts[name] ?? ''])),
        options: told,
        want: affordable,
        seed: Array.from({ length: 4 }, () => Math.floor(draw.random() * 2 ** 32)),
        first,
        ...(rate === undefined ? {} : { rate }),
      },
      advance: ({ taken, rankings }) => {
        // One was drawn above. A script may take millions, which the sequence need not follow.
        for (let i = 1; i < Math.min(taken, MAX_RANKINGS * 4); i++) draw.next();
        // A rate counts the rankings that asked for it, and this batch asked once.
        for (let i = 1; i < rankings.length; i++) draw.rate?.();
      },
    };
  });
  return { jobs, want: affordable };
}
