import type { IRequest } from 'itty-router';
import { Router } from 'itty-router/Router';
import { announce } from './announce.ts';
import { authorize, authorizePublisher } from './auth.ts';
import { readDocuments } from './documents.ts';
import type { Env } from './env.ts';
import { page } from './page.ts';
import { probe } from './probe.ts';
import { errorResponse, htmlResponse, jsonResponse } from './respond.ts';
import { readSignals } from './signals/read_signals.ts';
import { type Status, status } from './status.ts';

const router = Router<IRequest, [Env]>({
  catch: (error: unknown, request) => errorResponse(error, new URL(request.url).pathname),
});

router
  // This route needs PUBLISH_TOKEN. Every route below needs CONSOLE_TOKEN.
  .post('/api/announce', async (request, env) => {
    await authorizePublisher(request, env);
    return jsonResponse(200, await announce(request, env.OPERATOR));
  })
  .all('*', (request, env) => authorize(request, env))
  .get('/api/status', async (_, env) => jsonResponse(200, await readStatus(env)))
  .post('/api/probe', async (request, env) => jsonResponse(200, await probe(request, env.HEALTH)))
  .get('/', async (_, env) => htmlResponse(200, page(await readStatus(env))))
  .all('*', () => jsonResponse(404, { error: 'Not Found' }));

/** For operators: the status as a page and as JSON, probes on request, and announcements of what was published. */
export default {
  fetch: (request, env) => router.fetch(request, env),
} satisfies ExportedHandler<Env>;

async function readStatus(env: Env): Promise<Status> {
  const [{ config, health }, signals] = await Promise.all([
    readDocuments(env.KV, env.OPERATOR),
    readSignals(env, Date.now(), fetch),
  ]);
  return status(config, health, Date.now(), signals);
}
