import { type IRequest, Router } from 'itty-router';
import { HttpError } from '../../shared/errors.ts';
import { authorize } from './auth.ts';
import { readDocuments } from './documents.ts';
import type { Env } from './env.ts';
import { errorPage, page } from './page.ts';
import { probe } from './probe.ts';
import { readSignals } from './signals/read_signals.ts';
import { type Status, status } from './status.ts';

/** The status shows addresses: nobody stores it, frames it or is told where a reader came from. */
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

const router = Router<IRequest, [Env]>({
  before: [authorize],
  catch: (error: unknown, request) => failure(error, new URL(request.url).pathname === '/'),
});

router
  .get('/api/status', async (_, env) => json(200, await read(env)))
  .post('/api/probe', async (request, env) => json(200, await probe(request, env.HEALTH)))
  .get('/', async (_, env) => html(200, page(await read(env))))
  .all('*', () => json(404, { error: 'Not Found' }));

/** What operators see: the status as a page and as JSON, and what a probe sees. It changes nothing. */
export default {
  fetch: (request, env) => router.fetch(request, env),
} satisfies ExportedHandler<Env>;

async function read(env: Env): Promise<Status> {
  const [{ config, health }, signals] = await Promise.all([
    readDocuments(env.KV),
    readSignals(env, Date.now()),
  ]);
  return status(config, health, Date.now(), signals);
}

function failure(error: unknown, asPage: boolean): Response {
  if (!(error instanceof HttpError)) console.error(error);
  const { status, message, headers } =
    error instanceof HttpError ? error : new HttpError(500, 'Internal Server Error');
  return asPage ? html(status, errorPage(message), headers) : json(status, { error: message }, headers);
}

function html(status: number, body: string, headers: Record<string, string> = {}): Response {
  return new Response(body, {
    status,
    headers: { ...HEADERS, 'content-type': 'text/html; charset=utf-8', ...headers },
  });
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(`${JSON.stringify(body, null, 2)}\n`, {
    status,
    headers: { ...HEADERS, 'content-type': 'application/json; charset=utf-8', ...headers },
  });
}
