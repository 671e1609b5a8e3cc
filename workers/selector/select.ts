import type { Facts } from '../../shared/contracts/facts.ts';
import type { HealthDocument } from '../../shared/contracts/health.ts';
import type {
  Answer,
  KeyedPart,
  Question,
  Ranking,
  RankingPart,
  Shadow,
} from '../../shared/contracts/selection.ts';
import type { ConfigDocument } from '../../shared/model/config.ts';
import type { OriginId } from '../../shared/model/ids.ts';
import type { Draw, Ranked, Strategy, StrategyOptions, Target } from '../../shared/strategies/strategy.ts';
import {
  labelOf,
  type Plan,
  planFor,
  type Role,
  ruleOf,
  type Stage,
  type Strategies,
  sequenceOf,
} from './plan.ts';
import { shed } from './shedding.ts';
import { classesOf, MAX_TABLES_BYTES, Tables } from './tables.ts';
import { roleFor } from './trials.ts';

/**
 * How long an answer is good. The gateway drops its answers as soon as the configuration or health it holds has
 * changed, so this only bounds how long a selector of another version or an isolate's view lives on in it: short
 * enough for a strategy that was just deployed, long enough that an answer which repeats costs next to nothing.
 */
export const MAX_AGE_MS = 10_000;
/** The most rankings in one answer, which bounds its size and what one question can cost. */
export const MAX_WANT = 256;

/** Turns are drawn below this: even over any number of targets, and far below where numbers stop being exact. */
const SPARE_TURNS = 2 ** 31;

/** An answer without the script's version, which select() has no part in. */
export type Selection = Omit<Answer, 'version'>;

/** Gives strategies what they draw from: `Draws`, or prepared rankings of scripts. */
export interface Sequences {
  of(key: string): Draw;
}

/**
 * Answers a question in two levels: the pool strategy ranks the candidate pools, each pool's origin strategy its
 * origins; one list after the other, cut to the attempts that a request has.
 *
 * Without `failover_across_pools` only the first pool's origins are named; with it the next pools' follow, and the
 * fallback pool's at the end. When no pool is left, the fallback pool's are named whatever its health.
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
): Selection {
  const plan = planFor(config, health, question, now, strategies);
  const any = plan.stages.values().next().value ?? plan.fallback;
  const answer: Selection = {
    rankings: [],
    use: 'once',
    vary: plan.vary,
    max_age_ms: Math.min(MAX_AGE_MS, plan.changes_at - now),
    strategy: any === undefined ? plan.live.strategy.name : labelOf(plan.live, any.live),
    config_version: config.version,
    health_version: health?.version ?? 0,
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
  const want = repeats ? 1 : Math.min(Math.max(Math.trunc(question.want) || 1, 1), MAX_WANT);
  while (answer.rankings.length < want) push(answer, rank(plan, question.facts, draws, by_key));
  if (classes === undefined || by_key === undefined) return answer;
  if (by_key.bytes <= MAX_TABLES_BYTES) return { ...answer, classes, maps: by_key.maps };
  too_large.add(plan);
  return select(config, health, question, draws, now, strategies);
}

/** Plans whose maps are not sent. */
const too_large = new WeakSet<Plan>();

function push(answer: Selection, { ranking, label }: Draft): void {
  if (label !== undefined && label !== answer.strategy) ranking.strategy = label;
  answer.rankings.push(ranking);
}

interface Draft {
  ranking: Ranking;
  /** Of the first pool; undefined when nothing can serve. */
  label: string | undefined;
  /** With what is live in the place of canaries. */
  live: string | undefined;
  /** Whether any part of it was drawn, so that it is for one request. */
  drawn: boolean;
  /** Whether its shadow was: each request is then compared with another draw, and served as before. */
  shadow_drawn: boolean;
}

/** Makes one ranking. @param tables collects maps of keys for a gateway that looks keys up; undefined: it does not */
function rank(plan: Plan, facts: Facts, draws: Sequences, tables: Tables | undefined): Draft {
  const { attempts } = plan.balancer.retry;
  const among = roleFor(plan, undefined, facts, draws);
  const routed = route(plan, among.role, facts, draws);
  const ranking: Ranking = { origins: [], finalists: 0 };
  const parts: RankingPart[] = [];
  if (routed.shed) ranking.shed = true;
  const draft: Draft = {
    ranking,
    label: undefined,
    live: undefined,
    drawn: among.drawn || routed.drawn,
    shadow_drawn: false,
  };

  for (const [depth, stage] of routed.stages.entries()) {
    if (ranking.origins.length >= attempts) break;
    const { role, drawn } = roleFor(plan, stage, facts, draws);
    const { strategy, options } = ruleOf(stage, role);
    draft.drawn ||= drawn;
    if (depth === 0) {
      draft.label = labelOf(ruleOf(plan, among.role), ruleOf(stage, role));
      draft.live = labelOf(plan.live, stage.live);
      if (among.role === 'canary' || role === 'canary') ranking.variant = 'canary';
      else draft.shadow_drawn = castShadow(ranking, plan, stage, facts, draws);
    }
    for (const [tier, targets] of stage.tiers.entries()) {
      if (ranking.origins.length >= attempts) break;
      const draw = draws.of(sequenceOf(plan, role, stage, tier));
      const first = depth === 0 && tier === 0;
      const ranked = apply(strategy, targets, facts, first ? draw : spare(draw), options);
      // Only the first choice is settled by load; those behind it are for failover.
      if (first) {
        settle(ranking, ranked, stage);
        if (ranked.keyed || (routed.keyed && ranked.use !== 'once')) ranking.keyed = true;
      }
      const origins = ranked.order as OriginId[];
      ranking.origins.push(...origins);
      if (tables !== undefined && ranked.keyed && strategy.keyed !== undefined) {
        const { whole, settled } = strategy.keyed.mapsOf(targets, options);
        const part: KeyedPart = {
          key: strategy.keyed.partsOf(options),
          map: tables.add(whole),
          take: origins.length,
        };
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
 * What targets are ranked from that are only tried after others have failed. They take no turn of those tried first. If the
 * sequence of each pool went on with every ranking, as the one that chooses among pools does, the two would move in step, and
 * a pool would send its first requests to some of its origins only.
 */
function spare({ even: _, ...draw }: Draw): Draw {
  return { ...draw, next: () => Math.floor(draw.random() * SPARE_TURNS) };
}

/** The pools a request may go to by one of the balancer's rules, in order, and whether the first choice had shed it. */
function route(
  plan: Plan,
  role: Role,
  facts: Facts,
  draws: Sequences,
): { stages: Stage[]; drawn: boolean; keyed: boolean; shed: boolean } {
  const { balancer, shedding, fallback } = plan;
  const { pools, strategy, options } = ruleOf(plan, role);
  const ranked: Ranked =
    pools.length > 0
      ? apply(strategy, pools, facts, draws.of(sequenceOf(plan, role)), options)
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

/**
 * Adds what the shadows would have chosen. Whatever becomes of it, the ranking is as it was.
 * @param served the pool that is tried first
 * @returns whether it was drawn
 */
function castShadow(ranking: Ranking, plan: Plan, served: Stage, facts: Facts, draws: Sequences): boolean {
  if (plan.shadow === undefined && served.shadow === undefined) return false;
  try {
    const routed =
      plan.shadow === undefined ? { stages: [served], drawn: false } : route(plan, 'shadow', facts, draws);
    const [stage] = routed.stages;
    const [targets] = stage?.tiers ?? [];
    if (stage?.shadow === undefined || targets === undefined) return false;
    const strategy = labelOf(plan.shadow ?? plan.live, stage.shadow);
    if (stage === served && stage.shadow === stage.live) {
      ranking.shadow = { strategy, origins: [], finalists: 0, as_ranked: true };
      return routed.drawn;
    }
    const draw = draws.of(sequenceOf(plan, 'shadow', stage));
    const ranked = apply(stage.shadow.strategy, targets, facts, draw, stage.shadow.options);
    const cast: Shadow = { strategy, origins: [], finalists: 0 };
    settle(cast, ranked, stage);
    cast.origins = ranked.order.slice(0, Math.max(1, cast.finalists)) as OriginId[];
    ranking.shadow = cast;
    return routed.drawn || ranked.use === 'once';
  } catch (error) {
    console.error(`shadow of ${plan.balancer.id} failed`, error);
    return false;
  }
}

/** Ranks, and says in `use` whether the order was drawn: a strategy draws nothing when there is nothing to choose. */
function apply(
  strategy: Strategy,
  targets: readonly Target[],
  facts: Facts,
  draw: Draw,
  options: StrategyOptions,
): Ranked {
  if (strategy.use === 'repeat') return strategy.rank(targets, facts, draw, options);
  const [only] = targets;
  if (targets.length === 1 && only !== undefined) return { order: [only.id] };
  return { ...strategy.rank(targets, facts, draw, options), use: 'once' };
}

function settle(ranking: Ranking | Shadow, ranked: Ranked, { weights }: Stage): void {
  const { finalists = 0, by, settle, order } = ranked;
  ranking.finalists = Math.min(finalists, order.length);
  if (ranking.finalists > 1 && weights !== undefined) ranking.weights = weights;
  if (by !== undefined) ranking.by = by;
  if (settle !== undefined) ranking.settle = settle;
}
