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
import { routesAt } from './routes/routes_at.ts';
import { ROUTES } from './routes/table.ts';
import type { HistoryRpc } from './rpc.ts';

export { History } from './history/history.ts';

const router = Router<IRequest, [Visit]>();

for (const route of ROUTES)
  router[route.method.toLowerCase() as Lowercase<typeof route.method>](route.path, (request, visit) =>
    routesAt(ROUTES, new URL(request.url).pathname).includes(route)
      ? answer(route, request.params, visit)
      : undefined,
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
    throw notFound(request);
  });

/** For operators: Cloudflare's Load Balancing API, our own, and the status as a page. */
export default {
  async fetch(request, env, ctx) {
    const history = env.HISTORY.getByName('history') as unknown as HistoryRpc;
    const visit: Visit = { request, env, ctx, history, principal: NOBODY };
    try {
      return (await router.fetch(readable(request), visit)) as Response;
    } catch (error) {
      const note = refusedNote(request, visit.principal, error);
      // A refusal is told even if it cannot be noted.
      if (note !== undefined)
        await history
          .note(note)
          .catch((cause: unknown) => console.error(`console: no row in the audit: ${String(cause)}`));
      return renderError(error, new URL(request.url).pathname);
    }
  },
} satisfies ExportedHandler<Env>;

/** A HEAD request is served as GET. The platform drops the body of the answer. */
function readable(request: Request): Request {
  return request.method === 'HEAD' ? new Request(request, { method: 'GET' }) : request;
}

function notFound(request: Request): Refusal {
  const { pathname } = new URL(request.url);
  const methods = routesAt(ROUTES, pathname).map(({ method }) => method);
  if (methods.length === 0)
    return new Refusal(404, [{ code: CODES.no_route, message: 'No route for that URI' }]);
  const allow = [...new Set(methods)].join(', ');
  return new Refusal(
    405,
    [{ code: CODES.no_route, message: `${request.method} is not allowed here: use ${allow}` }],
    { allow },
  );
}
