import type { Answer } from '../../../shared/contracts/selection.ts';
import { elapsed } from '../../../shared/time/clock.ts';
import { within } from '../../../shared/time/within.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { factsOf } from '../request/facts.ts';
import type { Answers } from '../state/answers.ts';
import { messageOf } from '../state/complaints.ts';
import { type Flight, LOST_MS } from '../state/flights.ts';
import { SELECTOR_DEADLINE_MS } from '../state/isolate.ts';
import type { Scope } from '../state/scope.ts';
import { checkAnswer } from './check_answer.ts';
import { keyOf } from './key_of.ts';

/** How long an answer from an older configuration or health document serves while the selector catches up. */
const BEHIND_MS = 1_000;

/** A request that needs rankings, and where they are kept. */
export interface Asking {
  exchange: Exchange;
  answers: Answers;
  scope: Scope;
}

/**
 * Asks the selector, and keeps its answer whenever it arrives. The caller decides whether and how long to wait.
 * @param key {@link keyOf} this request
 * @param again whether the previous answer was late
 */
export function ask(asking: Asking, key: number, again = false): Flight {
  const { exchange, answers } = asking;
  const now = exchange.isolate.now();
  const flight: Flight = { started_at: now, waiting: 0, done: Promise.resolve(false) };
  answers.flights.begin(key, flight, now);
  flight.done = fly(asking, key, flight, again);
  exchange.ctx.waitUntil(flight.done);
  return flight;
}

/** @returns whether there is an answer. It never rejects */
async function fly(asking: Asking, asked: number, flight: Flight, again: boolean): Promise<boolean> {
  const { exchange, answers, scope } = asking;
  const { isolate, balancer } = exchange;
  const { epoch, flights } = answers;
  let key = asked;
  const end = () => {
    flights.end(asked, flight);
    flights.end(key, flight);
  };
  try {
    // If the answer needs facts that the question lacked, the selector is asked once more.
    for (let round = 0; round < 2; round++) {
      const answer = await question(asking, key, flight.waiting);
      if (!isLate(flight, isolate.now())) isolate.selector_pause.end();
      scope.pause.end();
      // Documents were replaced meanwhile, so the answer is not kept. Waiting requests ask again.
      if (answers.epoch !== epoch) return true;
      scope.learn(answer);
      const before = key;
      key = keyOf(scope, exchange);
      const now = isolate.now();
      if (answer.rankings.length > 0) {
        answers.keep(key, answer, now, maxAge(answer, exchange), key === asked ? flight.waiting : 0);
        // More requests than the answer has rankings waited for it. Another question brings the missing rankings. It also shows
        // whether the selector is still slow: a cold one answers its second question at once.
        if (!again && isLate(flight, now)) {
          end();
          ask(asking, key, true);
        }
        return true;
      }
      if (key !== before) {
        // Another request has asked for this key already.
        if (flights.of(key, now) !== undefined) return true;
        flights.begin(key, flight, now);
      }
    }
    throw new Error('it asked for facts twice');
  } catch (error) {
    const now = isolate.now();
    isolate.complaints.tell(`no ranking for load balancer ${balancer.id}: ${messageOf(error)}`);
    scope.pause.begin(now, now);
    return false;
  } finally {
    end();
  }
}

/**
 * Calls the selector once.
 * @throws Error what the selector throws, or what is wrong with its answer
 */
async function question({ exchange, answers, scope }: Asking, key: number, waiting: number): Promise<Answer> {
  const { balancer, rules, compiled, isolate } = exchange;
  const { SELECTOR } = isolate.env;
  if (SELECTOR === undefined) {
    isolate.selector_pause.begin(isolate.now());
    throw new Error('the binding SELECTOR is missing');
  }
  // The answer will serve later requests too, so the question names the newest documents.
  const newest = isolate.config ?? compiled;
  const answering = SELECTOR.select({
    balancer: balancer.id,
    ...(rules && { rules }),
    facts: factsOf(scope.vary, exchange),
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
  const { document } = isolate.config ?? compiled;
  const behind =
    answer.config_version < document.version ||
    (answer.health_version ?? 0) < (isolate.health.current?.version ?? 0);
  return behind ? Math.min(BEHIND_MS, answer.max_age_ms) : answer.max_age_ms;
}
