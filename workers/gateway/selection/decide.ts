import type { Answer, Ranking } from '../../../shared/contracts/selection.ts';
import { elapsed } from '../../../shared/time/clock.ts';
import { DeadlineError, within } from '../../../shared/time/within.ts';
import type { Decision } from '../exchange/decision.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { factOf } from '../request/facts.ts';
import type { Answers, Taken } from '../state/answers.ts';
import { SELECTOR_DEADLINE_MS } from '../state/isolate.ts';
import { type Asking, ask } from './ask.ts';
import { failoverOrder, keyParts } from './failover_order.ts';
import { keyOf } from './key_of.ts';
import { rankingByKey } from './ranking_by_key.ts';

/**
 * The longest that a request waits in all. If an answer had too few rankings, the request waits for the next answer. The selector
 * is alive then, so its ranking is worth a second deadline.
 */
const MAX_WAIT_MS = 2 * SELECTOR_DEADLINE_MS;
/** The most answers that a request waits for in turn. The first may name facts. Each further one brings up to 256 rankings. */
const MAX_ROUNDS = 6;

/**
 * Finds a ranking for a request. The sources are, in this order: a kept answer, the selector, a stale answer, the gateway's own
 * order (failover_order.ts). Never throws. Waits for the selector's deadline at most if the selector does not answer.
 */
export async function decide(exchange: Exchange): Promise<Decision> {
  const { balancer, rules, isolate } = exchange;
  const answers = isolate.answersOf(balancer.id);
  const scope = answers.scope(rules === undefined ? '' : rules.join('\n'));
  const now = isolate.now();
  const key = keyOf(scope, exchange);
  const kept = answers.take(key, now);
  if (kept !== undefined) {
    if (kept.refill) askBehind({ exchange, answers, scope }, key);
    return decision(exchange, kept, 'kept');
  }
  const asking = { exchange, answers, scope };
  if (isolate.selector_pause.lasts(now) || scope.pause.lasts(now)) askBehind(asking, key);
  else {
    const asked = await waitFor(asking);
    if (asked !== undefined) return decision(exchange, asked, 'asked');
  }
  const stale = answers.takeStale(keyOf(scope, exchange), isolate.now());
  return stale === undefined ? inOwnOrder(exchange, answers) : decision(exchange, stale, 'kept');
}

/** Asks in the background, unless a question is under way already or the last failure is too recent. */
function askBehind(asking: Asking, key: number): void {
  const { isolate } = asking.exchange;
  const now = isolate.now();
  if (asking.answers.flights.of(key, now) !== undefined) return;
  if (asking.scope.pause.mayTry(now) && isolate.selector_pause.mayTry(now)) ask(asking, key);
}

/**
 * Waits for the question that is under way for this request's key, or asks it. If the answer has fewer rankings than requests wait,
 * one of the remaining requests asks again on behalf of all of them.
 * @returns undefined: the selector failed or was late
 */
async function waitFor(asking: Asking): Promise<Taken | undefined> {
  const { exchange, answers, scope } = asking;
  const { isolate } = exchange;
  const began_at = isolate.now();
  let wait_ms = SELECTOR_DEADLINE_MS;
  for (let round = 0; round < MAX_ROUNDS && wait_ms > 0; round++) {
    const key = keyOf(scope, exchange);
    const flight = answers.flights.of(key, isolate.now()) ?? ask(asking, key);
    flight.waiting++;
    try {
      if (!(await within(wait_ms, flight.done))) return undefined;
    } catch (error) {
      // The question goes on, and its answer will be kept. Until then no other request waits.
      if (error instanceof DeadlineError && wait_ms === SELECTOR_DEADLINE_MS) {
        isolate.selector_pause.begin(isolate.now());
        isolate.complaints.tell(`the selector is slow: no answer within ${SELECTOR_DEADLINE_MS} ms`);
      }
      return undefined;
    }
    const taken = answers.take(keyOf(scope, exchange), isolate.now());
    if (taken !== undefined) return taken;
    wait_ms = Math.min(SELECTOR_DEADLINE_MS, MAX_WAIT_MS - elapsed(began_at, isolate.now()));
  }
  return undefined;
}

/** The decision if no selector has answered. */
function inOwnOrder(exchange: Exchange, { first_origins }: Answers): Decision {
  const { balancer, compiled, isolate } = exchange;
  const { config } = compiled.document;
  const ranking = failoverOrder(balancer, config, isolate.health.current, {
    draw: () => first_origins.next(),
    read: (name) => factOf(name, exchange),
  });
  const [first] = ranking.origins;
  const pool = first && ranking.keyed ? compiled.pools.get(first) : undefined;
  return {
    ranking,
    decision: 'failover_order',
    strategy: 'failover',
    variant: '',
    selector_version: '',
    ...(pool && { follows: keyParts(pool) }),
  };
}

function decision(
  exchange: Exchange,
  { ranking: taken, answer }: { ranking: Ranking; answer: Answer },
  kind: 'kept' | 'asked',
): Decision {
  const ranking =
    taken.parts === undefined
      ? taken
      : rankingByKey(
          taken,
          answer,
          (name) => factOf(name, exchange),
          (id) => exchange.compiled.ready.has(id),
        );
  return {
    ranking,
    decision: kind,
    strategy: ranking.strategy ?? answer.strategy,
    variant: ranking.variant === 'canary' ? 'canary' : 'live',
    selector_version: answer.version,
    ...(answer.reasons !== undefined && { reasons: answer.reasons }),
    ...(ranking.keyed && { follows: answer.vary }),
  };
}
