import type { Explainable, Explanation } from '../../../shared/contracts/explain.ts';
import { HttpError } from '../../../shared/errors.ts';
import { Route } from '../attempt/route.ts';
import { type Begun, enter, isClosed, withRules } from '../enter.ts';
import { Attempts } from '../exchange/attempts.ts';
import { type Exchange, Lifetime } from '../exchange/exchange.ts';
import { beginTrace } from '../exchange/trace.ts';
import { admit } from '../selection/admit.ts';
import { decide } from '../selection/decide.ts';
import { steer } from '../selection/steer.ts';
import { pinTo } from '../session/pin_to.ts';
import { type Claim, readSession } from '../session/read.ts';
import type { Isolate } from '../state/isolate.ts';
import { choiceOf } from './choice_of.ts';
import { poolsExplained } from './pools_explained.ts';
import { type Rehearsal, rehearse } from './rehearse.ts';
import { ruleResults } from './rule_results.ts';

/**
 * Explains what this isolate would do with a request now. It takes the way of serve.ts, on a copy of what a choice changes, up to the
 * first attempt. Nothing is sent to an origin, counted by a rate limiter, or recorded. It never rejects.
 */
export async function explain(
  asked: Explainable,
  isolate: Isolate,
  ctx: ExecutionContext,
): Promise<Explanation> {
  const rehearsal = rehearse(isolate);
  const begun = beginning(asked, rehearsal.isolate, ctx);
  const known: Partial<Explanation> = {};
  const end = (outcome: Explanation['outcome'], more: Partial<Explanation> = {}): Explanation => ({
    isolate: isolate.id,
    gateway_version: isolate.env.VERSION?.id ?? '',
    config_version: begun.trace.config_version,
    health_version: isolate.health.current?.version ?? 0,
    outcome,
    rules: [],
    pools: [],
    ...known,
    ...more,
    events: [...(begun.trace.events ?? [])].sort(),
    notes: rehearsal.notes,
  });
  try {
    const entered = await enter(begun);
    const { id, host, path, maintenance, rate_limit } = entered.balancer;
    known.balancer = { id, host, path };
    if (maintenance?.enabled) return end('maintenance', { status: 503 });
    if (rate_limit !== undefined)
      rehearsal.notes.push('the rate limit is not asked, so it refuses nothing here');
    const { exchange, fixed } = withRules(entered);
    known.rules = ruleResults(entered);
    if (fixed !== undefined) return end('fixed_response', { status: fixed.status_code });
    if (maintenance !== undefined && isClosed(exchange)) return end('maintenance', { status: 503 });
    return end(...(await chosen(exchange, rehearsal)));
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    const { status, detail, message } = error;
    return end(error.outcome === 'no_match' ? 'no_match' : 'invalid', { status, detail: detail || message });
  }
}

/** Chooses an origin as serve.ts does, and takes the first attempt's place there for a moment. */
async function chosen(
  exchange: Exchange,
  rehearsal: Rehearsal,
): Promise<[Explanation['outcome'], Partial<Explanation>]> {
  const { session } = exchange.balancer;
  const claim = session && (await readSession(exchange, session));
  const pinned = claim && (await pinTo(exchange, claim));
  const selection = pinned ?? admit(exchange, steer(exchange, await decide(exchange)));
  const route = new Route(exchange, selection);
  const look = route.extend();
  if (look !== undefined) await look;
  const attempt = route.begin();
  attempt?.release();
  const more: Partial<Explanation> = {
    choice: choiceOf(attempt?.decision ?? selection.decision, selection.origins, rehearsal),
    pools: await poolsExplained(exchange, rehearsal),
    ...(claim && { session: sessionOf(claim, pinned?.kept !== undefined) }),
  };
  if (attempt === undefined) return ['unavailable', { ...more, status: 503 }];
  return ['origin', { ...more, origin: attempt.origin.id }];
}

function sessionOf({ session, origin }: Claim, kept: boolean): NonNullable<Explanation['session']> {
  return { by: session.by, kept, ...(origin && { named: origin.id }) };
}

/** The request as the platform would bring it. */
function beginning(asked: Explainable, isolate: Isolate, ctx: ExecutionContext): Begun {
  const { url, method = 'GET', headers = {}, client_address, cf = {} } = asked;
  const request = new Request(url, { method, headers, cf: cf as CfProperties });
  request.headers.set('host', request.headers.get('host') ?? new URL(url).host);
  if (client_address !== undefined) request.headers.set('cf-connecting-ip', client_address);
  const started_at = isolate.now();
  return {
    ...{ request, isolate, ctx, started_at },
    life: new Lifetime(),
    attempts: new Attempts(),
    trace: beginTrace(),
  };
}
