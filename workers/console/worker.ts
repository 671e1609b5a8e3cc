import type { IRequest } from 'itty-router';
import { Router } from 'itty-router/Router';
import { NOBODY } from './access/principal.ts';
import { refusedNote } from './access/refused_note.ts';
import { appPage } from './app_page.ts';
import type { Env } from './env.ts';
import { publicAnswer } from './public_routes.ts';
import { CODES, Refusal } from './refusal.ts';
import { renderError } from './render_error.ts';
import { answer, recognise, type Visit } from './routes/answer.ts';
import type { Route } from './routes/route.ts';
import { routesAt } from './routes/routes_at.ts';
import { ROUTES } from './routes/table.ts';
import type { HistoryRpc } from './rpc.ts';

export { History } from './history/history.ts';

const router = Router<IRequest, [Visit]>();

// The router takes the first route that fits. `visit.routes` knows which of them are meant.
for (const route of ROUTES)
  router[route.method.toLowerCase() as Lowercase<typeof route.method>](route.path, (request, visit) =>
    visit.routes.includes(route) ? answer(route, request.params, visit) : undefined,
  );

router
  .get('/', async (_, visit) => {
    await recognise(visit);
    return appPage();
  })
  .get('*', (_, visit) => publicAnswer(visit))
  // Nobody learns which paths exist without a token.
  .all('*', async (request, visit) => {
    await recognise(visit);
    throw notFound(request.method, visit.routes);
  });

/** For operators: Cloudflare's Load Balancing API, our own, and the status as a page. */
export default {
  async fetch(request, env, ctx) {
    const history = env.HISTORY.getByName('history') as unknown as HistoryRpc;
    const { pathname } = new URL(request.url);
    const visit: Visit = {
      request,
      env,
      ctx,
      history,
      routes: routesAt(ROUTES, pathname),
      principal: NOBODY,
    };
    try {
      return (await router.fetch(readable(request), visit)) as Response;
    } catch (error) {
      const note = refusedNote(request, visit.principal, error);
      // A refusal is told even if it cannot be noted.
      if (note !== undefined)
        await history
          .note(note)
          .catch((cause: unknown) => console.error(`console: no row in the audit: ${String(cause)}`));
      return renderError(error, pathname);
    }
  },
} satisfies ExportedHandler<Env>;

/** A HEAD request is served as GET. The platform drops the body of the answer. */
function readable(request: Request): Request {
  return request.method === 'HEAD' ? new Request(request, { method: 'GET' }) : request;
}

/** @param routes of the path, for other methods */
function notFound(method: string, routes: readonly Route[]): Refusal {
  if (routes.length === 0)
    return new Refusal(404, [{ code: CODES.no_route, message: 'No route for that URI' }]);
  const allow = [...new Set(routes.map((route) => route.method))].join(', ');
  const message = `${method} is not allowed here: use ${allow}`;
  return new Refusal(405, [{ code: CODES.no_route, message }], { allow });
}
