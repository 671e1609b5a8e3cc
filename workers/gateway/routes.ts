// By its own path: the package's index also carries helpers for responses.
import { Router } from 'itty-router/Router';
import type { Isolate } from './state/isolate.ts';

/** The gateway serves paths under this prefix itself. All other paths are traffic. */
export const OWN_PREFIX = '/.well-known/plimsoll/';

/**
 * The gateway's own routes. Anyone may call them, so they do not name origins.
 *
 * - `GET /.well-known/plimsoll/live`: 200 while the isolate runs, for uptime checks
 * - `GET /.well-known/plimsoll/version`: the versions of the gateway and of the configuration in use
 */
export const ownRoutes = Router<Request, [Isolate]>({ base: OWN_PREFIX.slice(0, -1) })
  .get('/live', () => new Response('ok\n', { headers: { 'cache-control': 'no-store' } }))
  .get('/version', (_request, isolate) => {
    const document = isolate.config?.document;
    return Response.json(
      {
        gateway: isolate.env.VERSION?.id ?? '',
        config_version: document?.version ?? null,
        config_hash: document?.hash ?? null,
      },
      { headers: { 'cache-control': 'no-store' } },
    );
  })
  .all('*', () => new Response('Not Found\n', { status: 404 }));
