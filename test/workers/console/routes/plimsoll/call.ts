import type { NOBODY } from '../../../../../workers/console/access/principal.ts';
import type { Call, Reply, Route } from '../../../../../workers/console/routes/route.ts';
import type { HistoryRpc } from '../../../../../workers/console/rpc.ts';
import { NOW, type World } from '../../access/fixture.ts';

/** The parts of a call that a test sets. */
export interface Asked {
  principal: typeof NOBODY;
  env?: Partial<Call['env']>;
  headers?: Record<string, string>;
  body?: unknown;
  params?: Record<string, string>;
  query?: Record<string, string>;
}

/** Calls the handler of a route, `POST /api/session`, on the tables of a test. */
export async function callRoute(
  routes: readonly Route[],
  name: string,
  { store }: World,
  { principal, env = {}, headers = {}, body, params = {}, query = {} }: Asked,
): Promise<Reply> {
  const route = routes.find(({ method, path }) => `${method} ${path}` === name);
  if (route === undefined) throw new Error(`there is no route ${name}`);
  const url = `https://console.example.com${route.path.replace(/:(\w+)/g, (_, key: string) => params[key] ?? '')}`;
  const request = new Request(url, { method: route.method, headers });
  const reply = await route.handle({
    ...{ request, params, query, body, principal, env: env as Call['env'], from: '192.0.2.1', now: NOW },
    history: store as HistoryRpc,
  });
  if (reply instanceof Response) throw new Error('the route answers with a response of its own');
  return reply;
}
