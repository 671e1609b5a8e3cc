import { allow } from '../access/allow.ts';
import { authenticate } from '../access/authenticate.ts';
import { fromOf } from '../access/from.ts';
import { guard } from '../access/guard.ts';
import { masked, seesSecrets } from '../access/masked.ts';
import type { Principal } from '../access/principal.ts';
import type { Env } from '../env.ts';
import { jsonResponse } from '../respond.ts';
import type { HistoryRpc } from '../rpc.ts';
import { succeeded } from './cloudflare/envelope.ts';
import { checkConditions } from './conditions.ts';
import { readBody, readQuery } from './read_call.ts';
import type { Reply, Route } from './route.ts';

/** A body that takes longer is slow. Others are not worth another question to the Durable Object. */
const SLOW_MS = 1_000;

/** A request on its way through the console. The audit of a refusal needs to know how far it came. */
export interface Visit {
  request: Request;
  env: Env;
  ctx: ExecutionContext;
  history: HistoryRpc;
  /** The routes of its path, for any method. */
  routes: readonly Route[];
  /** Who sent it; `NOBODY` until they were recognised. */
  principal: Principal;
}

/** Recognises the sender. @throws {HttpError} as {@link authenticate} */
export async function recognise(visit: Visit): Promise<Principal> {
  const { request, env, ctx, history } = visit;
  visit.principal = await authenticate(request, env, ctx, { store: history });
  return visit.principal;
}

/**
 * Serves a request that fits a route: who sends it, whether they may, and what they ask for, in this order.
 * @throws {HttpError} if it is refused
 */
export async function answer(
  route: Route,
  params: Readonly<Record<string, string>>,
  visit: Visit,
): Promise<Response> {
  const { request, env, ctx, history } = visit;
  if (route.scope === 'open') guard(request, env, ctx);
  else await recognise(visit);
  const { principal } = visit;
  allow(principal, route.scope, request, route.admin_for);
  checkConditions(route, request.headers);
  const body = await bodyOf(route, visit);
  const reply = await route.handle({
    request,
    params,
    query: readQuery(route, new URL(request.url)),
    body,
    principal,
    from: fromOf(request),
    env,
    history,
    now: Date.now(),
  });
  return reply instanceof Response ? reply : shown(reply, route, principal);
}

/**
 * Reads the body. A sender can take minutes to send one, and a token can be revoked meanwhile. So who took long is recognised again.
 * @throws {HttpError} if the body, or by now the sender, is refused
 */
async function bodyOf(route: Route, visit: Visit): Promise<unknown> {
  const began = Date.now();
  const body = await readBody(route, visit.request);
  if (route.scope !== 'open' && Date.now() - began >= SLOW_MS)
    allow(await recognise(visit), route.scope, visit.request, route.admin_for);
  return body;
}

/** Only admins see secrets. Clients of Cloudflare's API get its envelope. */
function shown(reply: Reply, { path }: Route, { scope }: Principal): Response {
  const result = seesSecrets(scope) ? reply.result : masked(reply.result);
  if (path.startsWith('/client/v4/')) return succeeded({ ...reply, result });
  return jsonResponse(200, result, reply.headers);
}
