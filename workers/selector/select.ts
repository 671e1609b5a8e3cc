import type { HealthDocument } from '../../shared/contracts/health.ts';
import type { Answer, Question } from '../../shared/contracts/selection.ts';
import type { ConfigDocument } from '../../shared/model/config.ts';
import type { Sequences } from './draws.ts';
import { labelOf, type Plan, type Strategies } from './plan.ts';
import { planFor } from './plan_for.ts';
import { type Draft, rank } from './rank.ts';
import { classesOf, MAX_TABLES_BYTES, Tables } from './tables.ts';

/**
 * How long an answer is good. The gateway drops its answers as soon as its configuration or health document has changed. So
 * this only bounds how long it serves answers of another version of the selector. It is short enough for a strategy that was
 * just deployed, and long enough that an answer which repeats costs next to nothing.
 */
export const MAX_AGE_MS = 10_000;
/** The most rankings in one answer. It bounds the size of an answer and the cost of a question. */
export const MAX_WANT = 256;

/** An answer without the version of the selector, which worker.ts adds. */
export type BareAnswer = Omit<Answer, 'version'>;

/**
 * Answers a question in two levels. The pool strategy ranks the candidate pools, then each pool's origin strategy ranks its
 * origins. One list follows the other, cut to the attempts that a request has.
 *
 * Without `failover_across_pools` only the first pool's origins are named. With it the next pools' origins follow, and at the
 * end the fallback pool's. When no pool is left, the fallback pool's origins are named whatever their health.
 *
 * @param now milliseconds since the epoch
 * @throws Error when the configuration has no such balancer, or names a strategy that this selector does not have
 */
export function select(
  config: ConfigDocument,
  health: HealthDocument | undefined,
  question: Question,
  draws: Sequences,
  now: number,
  strategies: Strategies,
): BareAnswer {
  const plan = planFor(config, health, question, now, strategies);
  const any = plan.stages.values().next().value ?? plan.fallback;
  const answer: BareAnswer = {
    rankings: [],
    use: 'once',
    vary: plan.vary,
    max_age_ms: Math.min(MAX_AGE_MS, plan.changes_at - now),
    strategy: any === undefined ? plan.live.strategy.name : labelOf(plan.live, any.live),
    config_version: config.version,
    health_version: health?.version ?? 0,
    ...(plan.reasons !== '' && { reasons: plan.reasons }),
  };
  // `undefined`: the gateway did not send this fact, so it asks again with all of `vary`. `''`: the fact has no value.
  if (plan.vary.some((fact) => question.facts[fact] === undefined)) return answer;

  const tables = question.tables && !too_large.has(plan) ? new Tables() : undefined;
  const classes = tables && classesOf(plan, tables);
  const by_key = classes && tables;
  const first = rank(plan, question.facts, draws, by_key);
  answer.strategy = first.live ?? answer.strategy;
  push(answer, first);
  if (!first.drawn) answer.use = 'repeat';
  const repeats = !first.drawn && !first.shadow_drawn;
  const want = repeats ? 1 : wanted(question);
  while (answer.rankings.length < want) push(answer, rank(plan, question.facts, draws, by_key));
  if (classes === undefined || by_key === undefined) return answer;
  if (by_key.bytes <= MAX_TABLES_BYTES) return { ...answer, classes, maps: by_key.maps };
  too_large.add(plan);
  return select(config, health, question, draws, now, strategies);
}

/** How many rankings a question gets at most. A gateway of another version may ask for anything. */
export function wanted({ want }: Pick<Question, 'want'>): number {
  return Math.min(Math.max(Math.trunc(want) || 1, 1), MAX_WANT);
}

/** Plans whose maps are not sent. */
const too_large = new WeakSet<Plan>();

function push(answer: BareAnswer, { ranking, label }: Draft): void {
  if (label !== undefined && label !== answer.strategy) ranking.strategy = label;
  answer.rankings.push(ranking);
}
