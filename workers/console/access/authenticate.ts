import { isToken } from '../../../shared/contracts/access.ts';
import type { AccessContext, AccessEnv } from './access_env.ts';
import { bearerToken } from './bearer.ts';
import { accessPrincipal } from './cloudflare_access.ts';
import { fromOf } from './from.ts';
import { guard } from './guard.ts';
import { type KeysOf, publishedKeys } from './key_sets.ts';
import type { Principal } from './principal.ts';
import { cannotCheck, invalidCredentials, missingCredentials } from './refusals.ts';
import { isAdminToken, sha256 } from './secrets.ts';
import { forgetSession, sessionIn } from './session_cookie.ts';
import type { AccessRpc, Credential, Verdict } from './store.ts';
import { WrongTokens } from './wrong_tokens.ts';

/** What authentication needs besides the request. */
export interface Deps {
  /** The Durable Object. */
  store: Pick<AccessRpc, 'authenticate'>;
  /** @default the keys that Cloudflare publishes */
  keysOf?: KeysOf;
  /** @default those of this isolate */
  wrong_tokens?: WrongTokens;
  /** Milliseconds since the epoch. @default the clock */
  now?: () => number;
}

/** The only state is when a trouble was last logged. */
const of_this_isolate = new WrongTokens(Date.now);

/**
 * Recognises the sender of a request. It stands before routing, so that no spelling of a path leads around it.
 *
 * A header Authorization decides alone: a wrong token is refused, whatever else the request shows. Then comes the session of the page,
 * then Cloudflare Access.
 * @throws {Refusal} 401 without valid credentials; 400 if Authorization is not `Bearer TOKEN`; 403 if the console is closed; 429 after
 * too many wrong tokens; 503 if the history or Access does not answer
 */
export async function authenticate(
  request: Request,
  env: AccessEnv,
  ctx: AccessContext,
  deps: Deps,
): Promise<Principal> {
  guard(request, env, ctx);
  const token = bearerToken(request.headers.get('authorization'));
  if (token !== undefined) return tokenPrincipal(token, request, env, deps);
  const session = sessionIn(request.headers.get('cookie'));
  const verdict = session === undefined ? undefined : await sessionVerdict(session, env, deps.store);
  if (verdict?.is === 'known') return principalOf(verdict, 'session');
  const { keysOf = publishedKeys, now = Date.now } = deps;
  const known = await accessPrincipal(request, env, ctx, keysOf, now());
  if (known !== undefined) return known;
  if (verdict === undefined) throw missingCredentials();
  throw invalidCredentials('the session has ended: sign in again', { 'set-cookie': forgetSession() });
}

/**
 * Recognises a token.
 * @throws {Refusal} 401, 429 or 503
 */
export async function tokenPrincipal(
  token: string,
  request: Request,
  env: AccessEnv,
  deps: Deps,
): Promise<Principal> {
  if (await isAdminToken(token, env.ADMIN_TOKEN))
    return { author: 'admin token', scope: 'admin', by: 'admin_token' };
  // Text of another form is no token of ours, so the object need not be asked.
  const verdict: Verdict = isToken(token)
    ? await asked(deps.store, { token_sha256: await sha256(token) })
    : { is: 'unknown' };
  if (verdict.is === 'known') return principalOf(verdict, 'token');
  throw await refusedToken(verdict.is, request, env, deps.wrong_tokens);
}

/** Why a token is refused. An unknown one counts as wrong. @throws {Refusal} 429 */
export async function refusedToken(
  is: 'unknown' | 'expired' | 'revoked',
  request: Request,
  { WRONG_TOKENS }: AccessEnv,
  wrong_tokens: WrongTokens = of_this_isolate,
): Promise<Error> {
  if (is !== 'unknown') return invalidCredentials(`the token is ${is}; create another one`);
  await wrong_tokens.count(WRONG_TOKENS, fromOf(request));
  return invalidCredentials('the token is not known; check it, or create another one');
}

/** The principal of a token or session that was recognised. */
export function principalOf(
  { token, expires_at_ms }: Extract<Verdict, { is: 'known' }>,
  by: 'token' | 'session',
): Principal {
  const expiry = expires_at_ms === null ? {} : { expires_at: new Date(expires_at_ms).toISOString() };
  if (token === undefined) return { author: 'admin token', scope: 'admin', by, ...expiry };
  return { author: `token ${token.name}`, scope: token.scope, by, token_id: token.id, ...expiry };
}

async function sessionVerdict(
  session: string,
  { ADMIN_TOKEN }: AccessEnv,
  store: Deps['store'],
): Promise<Verdict> {
  const admin = ADMIN_TOKEN ? { admin_sha256: await sha256(ADMIN_TOKEN) } : {};
  return asked(store, { session_sha256: await sha256(session), ...admin });
}

async function asked(store: Deps['store'], credential: Credential): Promise<Verdict> {
  try {
    return await store.authenticate(credential);
  } catch (cause) {
    throw cannotCheck('the history does not answer', cause);
  }
}
