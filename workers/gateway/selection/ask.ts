import type { Answer } from '../../../shared/contracts/selection.ts';
import { elapsed } from '../../../shared/time/clock.ts';
import { within } from '../../../shared/time/within.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { factsOf } from '../request/facts.ts';
import type { Answers, Scope } from '../state/answers.ts';
import { messageOf } from '../state/complaints.ts';
import { type Flight, LOST_MS } from '../state/flights.ts';
import { SELECTOR_DEADLINE_MS } from '../state/isolate.ts';
import { checkAnswer } from './check_answer.ts';
import { keyOf } from './key_of.ts';

/** An answer from an older configuration or health document serves while the selector catches up. */
const BEHIND_MS = 1_000;

/**
 * Asks the selector, and keeps its answer whenever it comes. The caller decides whether and how long to wait.
 * @param key {@link keyOf} this request
 * @param again the answer before was late
 */
export function ask(exchange: Exchange, answers: Answers, scope: Scope, key: number, again = false): Flight {
  const now = exchange.isolate.now();
  const flight: Flight = { started_at: now, waiting: 0, done: Promise.resolve(false) };
  answers.flights.begin(key, flight, now);
  flight.done = fly(exchange, answers, scope, key, flight, again);
  exchange.ctx.waitUntil(flight.done);
  return flight;
}

/** @returns whether there is an answer; it never rejects */
async function fly(
  exchange: Exchange,
  answers: Answers,
  scope: Scope,
  asked: number,
  flight: Flight,
  again: boolean,
): Promise<boolean> {
  const { isolate, balancer } = exchange;
  const { epoch } = answers;
  let key = asked;
  try {
    // If it needs facts that the question lacked, it is asked once more.
    for (let round = 0; round < 2; round++) {
      const answer = await question(exchange, answers, scope, key, flight.waiting);
      if (!isLate(flight, isolate.now())) isolate.resumeSelector();
      scope.resume();
      // Documents were replaced meanwhile. Requests that wait ask again, about the new ones.
      if (answers.epoch !== epoch) return true;
      scope.learn(answer);
      const before = key;
      key = keyOf(scope, exchange);
      if (answer.rankings.length > 0) {
        const waiting = key === asked ? flight.waiting : 0;
        answers.keep(key, answer, isolate.now(), maxAge(answer, exchange), waiting);
        // A late answer has fewer rankings than requests have waited. Another question brings the missing ones. It also shows
        // whether the selector is still slow: a cold one answers its second question at once.
        if (!again && isLate(flight, isolate.now())) {
          answers.flights.end(asked, flight);
          answers.flights.end(key, flight);
          ask(exchange, answers, scope, key, true);
        }
        return true;
      }
      if (key !== before) {
        // Another request has asked for this key already.
        if (answers.flights.of(key, isolate.now()) !== undefined) return true;
        answers.flights.begin(key, flight, isolate.now());
      }
    }
    throw new Error('it asked for facts twice');
  } catch (error) {
    const reason = `no ranking for load balancer ${balancer.id}: ${messageOf(error)}`;
    isolate.complaints.tell(reason);
    scope.pause(isolate.now());
    return false;
  } finally {
    answers.flights.end(asked, flight);
    answers.flights.end(key, flight);
  }
}

/**
 * One call of the selector.
 * @throws Error whatever the selector throws, or what is wrong with its answer
 */
async function question(
  { balancer, rules, compiled, isolate, ...asked }: Exchange,
  answers: Answers,
  scope: Scope,
  key: number,
  waiting: number,
): Promise<Answer> {
  const { SELECTOR } = isolate.env;
  if (SELECTOR === undefined) {
    isolate.pauseSelector();
    throw new Error('the binding SELECTOR is missing');
  }
  // The answer will serve later requests too, so it is about the newest documents.
  const newest = isolate.config.current ?? compiled;
  const answering = SELECTOR.select({
    balancer: balancer.id,
    ...(rules === undefined ? {} : { rules }),
    facts: factsOf(scope.vary, asked),
    want: answers.want(key, isolate.now(), waiting),
    config_version: newest.document.version,
    health_version: isolate.health.current?.version ?? 0,
    ...(isolate.hasRoomForMaps() && { tables: true }),
  });
  return checkAnswer(await within(LOST_MS, answering), newest);
}

function isLate({ started_at }: Flight, now: number): boolean {
  return elapsed(started_at, now) >= SELECTOR_DEADLINE_MS;
}

function maxAge(answer: Answer, { isolate, compiled }: Exchange): number {
  const { document } = isolate.config.current ?? compiled;
  const behind =
    answer.config_version < document.version ||
    (answer.health_version ?? 0) < (isolate.health.current?.version ?? 0);
  return behind ? Math.min(BEHIND_MS, answer.max_age_ms) : answer.max_age_ms;
}
