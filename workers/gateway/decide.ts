import { pending } from '../../shared/clock.ts';
import type { FactName } from '../../shared/contracts/facts.ts';
import type { Answer, Ranking } from '../../shared/contracts/selection.ts';
import { Answers } from './answers.ts';
import { checkAnswer } from './check_answer.ts';
import type { Exchange } from './exchange.ts';
import { factOf, factsOf } from './facts.ts';
import { fallbackRanking } from './fallback.ts';
import type { Isolate } from './isolate.ts';
import type { Loaded } from './loaded.ts';

/** After a failed call no request waits for the selector for so long; one at a time tries in the background. */
const PAUSE_MS = 1_000;
/** An answer from an older configuration or health document serves while the selector catches up. */
const BEHIND_MS = 1_000;

/** Who shall serve a request, and how that was found. */
export interface Decision {
  ranking: Ranking;
  /**
   * `kept`: an answer held already; `asked`: this request called the selector; `fallback`: no selector; `pinned`: no ranking
   * was taken, because a session chose the origin.
   */
  decision: 'kept' | 'asked' | 'fallback' | 'pinned';
  strategy: string;
  /** Empty for a fallback, and where a session has the last word. */
  variant: 'live' | 'canary' | '';
  selector_version: string;
  /** The facts whose values are the key that the order follows. Absent: it was drawn, or is the same for everybody. */
  follows?: readonly FactName[];
}

/**
 * Takes a ranking for a request: out of a kept answer if there is one, else from the selector, else out of a
 * stale answer, else in plain failover order. Never throws and never waits longer than the selector's deadline.
 */
export async function decide(exchange: Exchange): Promise<Decision> {
  const { balancer, loaded, isolate, ctx } = exchange;
  const answers = answersOf(exchange);
  const now = isolate.now();
  const key = keyOf(answers, exchange);
  const kept = answers.take(key, now);
  if (kept !== undefined) {
    if (kept.refill) ctx.waitUntil(ask(exchange, answers));
    return decision(kept.ranking, kept.answer, 'kept');
  }
  if (pending(isolate.selector_paused_until, now, PAUSE_MS)) {
    if (isolate.mayTrySelector(now)) ctx.waitUntil(ask(exchange, answers));
  } else if (await ask(exchange, answers)) {
    const asked = answers.take(keyOf(answers, exchange), isolate.now());
    if (asked !== undefined) return decision(asked.ranking, asked.answer, 'asked');
  }
  const stale = answers.takeStale(key, now);
  if (stale !== undefined) return decision(stale.ranking, stale.answer, 'kept');
  return {
    ranking: fallbackRanking(balancer, loaded.document.config, isolate.health.current),
    decision: 'fallback',
    strategy: 'failover',
    variant: '',
    selector_version: '',
  };
}

/**
 * Asks the selector and keeps its answer. If it needs facts that the question lacked it is asked once more.
 * @returns whether there is a new answer; a failure pauses asking for a moment
 */
async function ask(exchange: Exchange, answers: Answers): Promise<boolean> {
  const { balancer, rules, loaded, isolate } = exchange;
  try {
    for (let round = 0; round < 2; round++) {
      const now = isolate.now();
      const key = keyOf(answers, exchange);
      const answered = await isolate.select({
        balancer: balancer.id,
        ...(rules === undefined ? {} : { rules }),
        facts: factsOf(answers.vary, exchange),
        want: answers.want(key, now),
        config_version: loaded.document.version,
        health_version: isolate.health.current?.version ?? 0,
      });
      const answer = checkAnswer(answered, loaded);
      answers.vary = answer.vary;
      if (answer.rankings.length === 0) continue;
      answers.keep(keyOf(answers, exchange), answer, isolate.now(), maxAge(answer, loaded, isolate));
      isolate.selector_paused_until = 0;
      return true;
    }
    throw new Error('the selector asked for facts twice');
  } catch {
    isolate.selector_paused_until = isolate.now() + PAUSE_MS;
    return false;
  }
}

function maxAge(answer: Answer, loaded: Loaded, isolate: Isolate): number {
  const behind =
    answer.config_version < loaded.document.version ||
    (answer.health_version ?? 0) < (isolate.health.current?.version ?? 0);
  return behind ? Math.min(BEHIND_MS, answer.max_age_ms) : answer.max_age_ms;
}

/**
 * Combinations of balancers and rules that answers are kept for. Clients choose which rules match; those that come
 * one after the other begin again.
 */
const MAX_ANSWERS = 512;

/** Kept apart for each balancer, and for each combination of its rules. */
function answersOf({ balancer, rules, isolate }: Exchange): Answers {
  const key = rules === undefined ? balancer.id : [balancer.id, ...rules].join('\n');
  let answers = isolate.answers.get(key);
  if (answers === undefined) {
    answers = new Answers();
    if (isolate.answers.size >= MAX_ANSWERS) isolate.answers.clear();
    isolate.answers.set(key, answers);
  }
  return answers;
}

/** The values of the facts that answers vary on. A newline cannot stand in any of them but is a safe seam. */
function keyOf({ vary }: Answers, exchange: Exchange): string {
  if (vary.length === 0) return '';
  return vary.map((name) => factOf(name, exchange)).join('\n');
}

function decision(ranking: Ranking, answer: Answer, kind: 'kept' | 'asked'): Decision {
  return {
    ranking,
    decision: kind,
    strategy: ranking.strategy ?? answer.strategy,
    variant: ranking.variant === 'canary' ? 'canary' : 'live',
    selector_version: answer.version,
    ...(ranking.keyed && { follows: answer.vary }),
  };
}
