import type { Lists } from '../../../../../shared/authoring/references/graph.ts';
import { OBJECT_LISTS, type ObjectList } from '../../../../../shared/authoring/source/lists.ts';
import type { ApiObject } from '../../../../../shared/contracts/history.ts';
import type { Env } from '../../../../../workers/console/env.ts';
import type { Call, Reply, Route } from '../../../../../workers/console/routes/route.ts';
import type { HistoryRpc } from '../../../../../workers/console/rpc.ts';
import { NOW } from '../../fixture.ts';
import { LOCAL } from '../../visit.ts';

export const ACCOUNT = 'a'.repeat(32);
export const ZONE = 'b'.repeat(32);

type Values = Partial<Record<ObjectList, readonly Readonly<Record<string, unknown>>[]>>;

/** An id of 32 hex digits for the nth object of a list. */
export function idOf(list: ObjectList, index: number): string {
  return `${OBJECT_LISTS.indexOf(list) + 1}${String(index).padStart(31, '0')}`;
}

/** Objects as the history gives them. Each is known by its `id`, else by its `name`. */
export function listsOf(values: Values): Lists<ApiObject> {
  const time = new Date(NOW).toISOString();
  const objects = (list: ObjectList): ApiObject[] =>
    (values[list] ?? []).map((value, index) => ({
      id: idOf(list, index),
      key: String(value['id'] ?? value['name']),
      value,
      created_on: time,
      modified_on: time,
      etag: '"1"',
    }));
  return {
    load_balancers: objects('load_balancers'),
    pools: objects('pools'),
    monitors: objects('monitors'),
    monitor_groups: objects('monitor_groups'),
  };
}

/** The parts of the history that these routes use. */
export function historyOf(values: Values): HistoryRpc {
  const lists = listsOf(values);
  const previews = new Map<string, string>();
  const history: Pick<HistoryRpc, 'everything' | 'list' | 'keepPreview' | 'preview'> = {
    everything: async () => lists,
    list: async (list) => lists[list],
    keepPreview: async (id, json) => void previews.set(id, json),
    preview: async (id) => previews.get(id),
  };
  return history as HistoryRpc;
}

/** Calls the route among `routes` that has this method and path. @param request `GET /client/v4/…`, with `:id` filled in */
export async function call(
  routes: readonly Route[],
  request: string,
  more: Partial<Pick<Call, 'body' | 'history' | 'principal'>> & { env?: Partial<Env> } = {},
): Promise<Reply> {
  const [method, target] = request.split(' ');
  const url = new URL(target ?? '', 'http://localhost');
  for (const route of routes) {
    const pattern = new RegExp(`^${route.path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`);
    const match = pattern.exec(url.pathname);
    if (route.method !== method || match === null) continue;
    const answer = await route.handle({
      request: new Request(url),
      params: { ...match.groups },
      query: Object.fromEntries(url.searchParams),
      body: undefined,
      principal: { author: 'token ci', scope: 'admin', by: 'token', token_id: 'c'.repeat(32) },
      from: 'local',
      history: historyOf({}),
      now: NOW,
      ...more,
      env: { ...LOCAL, ...more.env },
    });
    if (answer instanceof Response) throw new Error('a response where a reply was expected');
    return answer;
  }
  throw new Error(`no route for ${request}`);
}
