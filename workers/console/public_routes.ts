import { guard } from './access/guard.ts';
import { readDocuments } from './documents.ts';
import type { Env } from './env.ts';
import { KEPT_MS, KeptStatus } from './kept_status.ts';
import { type PublicStatus, publicStatus } from './public_status.ts';
import { htmlResponse, jsonResponse } from './respond.ts';
import type { Visit } from './routes/answer.ts';
import { status } from './status.ts';
import { statusPage } from './status_page.ts';
import { STYLE } from './style.ts';

/** Of this isolate. */
export const KEPT_STATUS = new KeptStatus(Date.now);

/**
 * Answers `/status` and `/status.json` to anybody, if the variable STATUS_PAGE is `public`.
 * @returns undefined: it is switched off, or the path is another one, so the request is one for an unknown path
 * @throws {Refusal} 403 if the console is closed
 */
export async function publicAnswer({ request, env, ctx }: Visit): Promise<Response | undefined> {
  const { pathname } = new URL(request.url);
  if (env.STATUS_PAGE !== 'public' || (pathname !== '/status' && pathname !== '/status.json'))
    return undefined;
  guard(request, env, ctx);
  const found = await KEPT_STATUS.get(
    () => look(env),
    (work) => ctx.waitUntil(work),
  );
  const code = found === undefined ? 503 : 200;
  const headers = {
    ...(found === undefined
      ? { 'retry-after': String(KEPT_MS / 1_000) }
      : { 'cache-control': `public, max-age=${KEPT_MS / 1_000}` }),
    'content-security-policy': await policy(),
  };
  if (pathname === '/status') return htmlResponse(code, statusPage(found), headers);
  return jsonResponse(code, found ?? { error: 'The status is not known at the moment' }, headers);
}

/** It asks no SQL: data points cost a query each time, and say more than the public may know. */
async function look({ KV, OPERATOR }: Env): Promise<PublicStatus> {
  const { config, health } = await readDocuments(KV, OPERATOR);
  return publicStatus(status(config, health, Date.now()));
}

/** The style sheet is named by its hash, because a page that caches keep cannot have a nonce. */
async function policy(): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(STYLE.text));
  const hash = btoa(String.fromCharCode(...new Uint8Array(digest)));
  return `default-src 'none'; style-src 'sha256-${hash}'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'`;
}
