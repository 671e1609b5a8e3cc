import { allow } from '../access/allow.ts';
import { authenticate } from '../access/authenticate.ts';
import { fromOf } from '../access/from.ts';
import { guard } from '../access/guard.ts';
import { masked, seesSecrets } from '../access/masked.ts';
import type { Principal } from '../access/principal.ts';
import type { Env } from '../env.ts';
import { CODES, Refusal } from '../refusal.ts';
import { jsonResponse } from '../respond.ts';
import type { HistoryRpc } from '../rpc.ts';
import { succeeded } from './cloudflare/envelope.ts';
import { readBody, readQuery } from './read_call.ts';
import type { Reply, Route } from './route.ts';

/** A request on its way through the console. The audit of a refusal needs to know how far it came. */
export interface Visit {
  request: Request;
  env: Env;
  ctx: ExecutionContext;
  history: HistoryRpc;
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
  if (route.if_match === 'required' && !request.headers.has('if-match'))
    throw new Refusal(428, [
      {
        code: CODES.lost_race,
        message: 'If-Match is missing: send the ETag of the version that your change was made from',
      },
    ]);
  const reply = await route.handle({
    request,
    params,
    query: readQuery(route, new URL(request.url)),
    body: await readBody(route, request),
    principal,
    from: fromOf(request),
    env,
    history,
    now: Date.now(),
  });
  return reply instanceof Response ? reply : shown(reply, route, principal);
}

/** Only admins see secrets. Clients of Cloudflare's API get its envelope. */
function shown(reply: Reply, { path }: Route, { scope }: Principal): Response {
  const result = seesSecrets(scope) ? reply.result : masked(reply.result);
  if (path.startsWith('/client/v4/')) return succeeded({ ...reply, result });
  return jsonResponse(200, result, reply.headers);
}
