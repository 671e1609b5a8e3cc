import type { Balancer, Hedging, Origin } from '../../../shared/config/config.ts';
import { IDEMPOTENT } from '../../../shared/idempotent.ts';
import { type Body, canRepeat } from '../body.ts';
import type { Exchange } from '../exchange.ts';
import { isAnswer, isEarly } from '../retry.ts';
import { mark } from '../trace.ts';
import { adopt, beginTurn, endTurn, noteFailed, type Tried, type Turn } from '../try_origin.ts';
import type { Guards } from './guards.ts';
import type { Route } from './route.ts';

/**
 * After how long without an answer a request is to be sent to a second origin (Dean and Barroso, The Tail at Scale).
 * @returns undefined: never, for it does not hedge, may have an effect each time, is a WebSocket's beginning or too long
 *   to be kept; or nobody knows yet how long answers take
 */
export function hedgeDelay({ request, balancer, isolate }: Exchange, body: Body): number | undefined {
  const { hedging, retry } = balancer;
  if (hedging === undefined || retry.attempts < 2 || !canRepeat(body)) return undefined;
  const { method, headers } = request;
  if (!IDEMPOTENT.has(method) || headers.has('upgrade') || isEarly(headers)) return undefined;
  return delayOf(hedging, isolate.guards, balancer, isolate.now());
}

function delayOf(hedging: Hedging, guards: Guards, balancer: Balancer, now: number): number | undefined {
  if ('after_ms' in hedging) return hedging.after_ms;
  return guards.times(balancer).percentile(hedging.percentile, now);
}

/** A turn under way that can be given up. */
interface Running {
  turn: Turn;
  ended: Promise<Tried>;
  abort: AbortController;
}

/**
 * Sends a request to an origin, and after `delay_ms` without an answer to the next one as well, if their budget
 * allows it. The first answer wins; the other turn is given up: its connection closes, and it counts for nothing.
 *
 * @param origin the first to try
 * @param ends_at of the whole request
 * @returns the turn that brought the answer; the one that ended last if both failed
 */
export async function hedge(
  exchange: Exchange,
  route: Route,
  origin: Origin,
  body: Body,
  ends_at: number,
  delay_ms: number,
): Promise<Tried> {
  const { trace, balancer } = exchange;
  const first = start(exchange, origin, body, ends_at);
  const early = await endedWithin(delay_ms, first.ended);
  if (early !== undefined) return early;
  const other = nextFor(exchange, route);
  if (other === undefined) return first.ended;
  mark(trace, 'hedged');
  const second = start(exchange, other, body, ends_at);
  // A client that leaves ends both.
  trace.release = () => {
    first.turn.release();
    second.turn.release();
  };
  const [tried, rest] = await Promise.race([
    first.ended.then((ended) => [ended, second] as const),
    second.ended.then((ended) => [ended, first] as const),
  ]);
  let last = tried;
  if (isAnswer(tried, balancer.retry)) giveUp(exchange, rest);
  else {
    tried.turn.release();
    noteFailed(trace, tried);
    last = await rest.ended;
    // A real answer is better than none.
    if (last.response === undefined && tried.response !== undefined)
      last = { ...last, response: tried.response, whole: tried.whole };
    else tried.response?.body?.cancel().catch(() => {});
  }
  adopt(trace, last.turn);
  trace.first_byte_ms = last.first_byte_ms;
  if (last.turn === second.turn && isAnswer(last, balancer.retry)) mark(trace, 'hedge_won');
  return last;
}

function start(exchange: Exchange, origin: Origin, body: Body, ends_at: number): Running {
  const abort = new AbortController();
  const turn = beginTurn(exchange, origin);
  return { turn, ended: endTurn(exchange, turn, body, ends_at, abort.signal), abort };
}

/** The origin for a hedge: the next one in the order, if it is not there as a last resort and the budget has one left. */
function nextFor({ balancer, isolate, trace }: Exchange, route: Route): Origin | undefined {
  const { budget: rule } = balancer.retry;
  const budget = isolate.guards.hedges(balancer);
  const now = isolate.now();
  if (rule !== undefined && !budget.take(rule, now)) {
    mark(trace, 'budget_refused');
    return undefined;
  }
  const { outliers } = isolate.guards;
  const other = route.fresh(({ id }) => outliers.share(id, now) > 0);
  if (other === undefined && rule !== undefined) budget.giveBack();
  return other;
}

function giveUp({ balancer, isolate }: Exchange, { turn, ended, abort }: Running): void {
  abort.abort();
  turn.release();
  // It may have answered in this very moment.
  ended.then(({ response }) => response?.body?.cancel()).catch(() => {});
  // So long at least; left out, only what is fast would be counted.
  if (balancer.hedging !== undefined && 'percentile' in balancer.hedging)
    isolate.guards.times(balancer).note(isolate.now() - turn.started_at, isolate.now());
}

async function endedWithin(ms: number, ended: Promise<Tried>): Promise<Tried | undefined> {
  let timer: number | null = null;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([ended, late]);
  } finally {
    clearTimeout(timer);
  }
}
