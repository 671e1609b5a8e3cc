import * as v from 'valibot';
import { isToken } from '../../../../shared/contracts/access.ts';
import { principalOf, refusedToken } from '../../access/authenticate.ts';
import { whatOf } from '../../access/from.ts';
import { missingCredentials } from '../../access/refusals.ts';
import { isAdminToken, newSession, type Random, randomBytes, sha256 } from '../../access/secrets.ts';
import { forgetSession, sessionIn, setSession } from '../../access/session_cookie.ts';
import type { Call, Reply, Route } from '../route.ts';
import { WhoAmISchema, whoAmI } from './whoami.ts';

const SessionBody = v.strictObject({ token: v.string() });

/** Sessions of the page, and who somebody is. */
export function sessionRoutes(random: Random): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/api/session',
      scope: 'open',
      summary: 'Sign in: open a session of 12 hours with a token',
      tag: 'access',
      body: SessionBody,
      checked_by: 'handler',
      result: WhoAmISchema,
      handle: (call) => open(call, random),
    },
    {
      method: 'DELETE',
      path: '/api/session',
      scope: 'read',
      summary: 'Sign out: end the session of this request',
      tag: 'access',
      result: v.object({ ended: v.boolean() }),
      handle: close,
    },
    {
      method: 'GET',
      path: '/api/whoami',
      scope: 'read',
      summary: 'Who the sender is, and what they may do',
      tag: 'access',
      result: WhoAmISchema,
      handle: async ({ principal }) => ({ result: whoAmI(principal) }),
    },
  ];
}

export const routes = sessionRoutes(randomBytes);

/** The token is in the body, because a page cannot keep a header and a URL would be logged. */
async function open({ body, env, from, history, request }: Call, random: Random): Promise<Reply> {
  const { success, output } = v.safeParse(SessionBody, body);
  if (!success)
    throw missingCredentials('The body is not {"token": "TOKEN"}: send the token to sign in with');
  const { token } = output;
  const is_admin_token = await isAdminToken(token, env.ADMIN_TOKEN);
  if (!is_admin_token && !isToken(token)) throw await refusedToken('unknown', request, env);
  const session = newSession(random);
  const opened = { sha256: await sha256(session), token_sha256: await sha256(token), is_admin_token };
  const verdict = await history.openSession(opened, from, whatOf(request));
  if (verdict.is !== 'known') throw await refusedToken(verdict.is, request, env);
  return {
    result: whoAmI(principalOf(verdict, 'session')),
    headers: { 'set-cookie': setSession(session) },
  };
}

async function close({ from, history, principal, request }: Call): Promise<Reply> {
  const session = principal.by === 'session' ? sessionIn(request.headers.get('cookie')) : undefined;
  const ended =
    session !== undefined &&
    (await history.closeSession(await sha256(session), { principal, from, what: whatOf(request) }));
  return { result: { ended }, headers: { 'set-cookie': forgetSession() } };
}
