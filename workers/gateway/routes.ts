import { Router } from 'itty-router';
import type { Isolate } from './state/isolate.ts';

/** Paths under it are the gateway's own; everything else is traffic. */
export const OWN_PREFIX = '/.well-known/plimsoll/';

/**
 * The gateway's own few routes. They name no origin: anyone may call them.
 *
 * - `GET /.well-known/plimsoll/live`: 200 while the isolate runs, for uptime checks
 * - `GET /.well-known/plimsoll/version`: which gateway and which configuration serve here
 */
export const ownRoutes = Router<Request, [Isolate]>({ base: OWN_PREFIX.slice(0, -1) })
  .get('/live', () => new Response('ok\n', { headers: { 'cache-control': 'no-store' } }))
  .get('/version', (_request, isolate) => {
    const document = isolate.config.current?.document;
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
