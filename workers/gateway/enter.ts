import { HttpError } from '../../shared/errors.ts';
import type { FixedResponse } from '../../shared/model/config.ts';
import { poolsOf } from '../../shared/model/effective.ts';
import type { Exchange } from './exchange/exchange.ts';
import { mark } from './exchange/trace.ts';
import { clientOf } from './request/client.ts';
import { match } from './request/match.ts';
import { parseRequestUrl } from './request/request_url.ts';
import { applyRules } from './rules/apply_rules.ts';

/** A request that has just begun: the parts of an {@link Exchange} that exist from the start. */
export type Begun = Pick<
  Exchange,
  'request' | 'isolate' | 'ctx' | 'started_at' | 'life' | 'attempts' | 'trace'
>;

/** Finds the configuration, the load balancer and the client of a request. @throws {HttpError} 400 or 404 */
export async function enter(begun: Begun): Promise<Exchange> {
  const { request, isolate, ctx, trace } = begun;
  const url = parseRequestUrl(request.url, request.headers.get('host'));
  trace.url = url;
  const defer = (work: Promise<unknown>) => ctx.waitUntil(work);
  const look = isolate.documents.look(defer);
  if (look !== undefined) await look;
  const compiled = isolate.config ?? (await isolate.cold(defer));
  isolate.refresh(defer);
  trace.config_version = compiled.document.version;
  const balancer = match(compiled.matcher, url.host, url.path);
  if (balancer === undefined)
    throw new HttpError(404, 'Not Found', { outcome: 'no_match', detail: url.host });
  trace.balancer = balancer;
  const client = clientOf(request.headers, url, compiled.trusted.get(balancer.id));
  trace.client = client;
  return { ...begun, url, client, compiled, balancer };
}

/**
 * Applies the pool sets and rules of a request's load balancer.
 * @returns the exchange with their overrides, and the response that one of them gives in place of an origin
 */
export function withRules(exchange: Exchange): { exchange: Exchange; fixed?: FixedResponse } {
  const { compiled, balancer, trace } = exchange;
  const rules = compiled.rules.get(balancer);
  if (rules === undefined) return { exchange };
  const { fixed, events, ...ruled } = applyRules(balancer, rules, exchange);
  if (events.length > 0) trace.rules = events;
  for (const event of events) mark(trace, event);
  return fixed === undefined ? { exchange: { ...exchange, ...ruled } } : { exchange, fixed };
}

/** Whether every pool that could serve a request is in maintenance. */
export function isClosed({ balancer, compiled }: Exchange): boolean {
  const { pools } = compiled.document.config;
  return poolsOf(balancer).every((id) => pools[id]?.state === 'maintenance');
}
