import * as v from 'valibot';
import type { ObjectList } from '../../../../shared/authoring/source/lists.ts';
import type { ApiObject } from '../../../../shared/contracts/history.ts';
import { unwrap } from '../../refusal.ts';
import type { Command } from '../../rpc.ts';
import { FORCE } from '../force.ts';
import type { Call, Reply, Route } from '../route.ts';
import { signedBy, whatOf } from '../signed.ts';
import { requireId, requireOwn, zoneOf } from './own_ids.ts';
import { ApiId, BODIES, CHANGES, RESULTS } from './schemas.ts';

// Create, read, update and delete, for the four kinds of objects. Load balancers exist below accounts and below zones.

interface Kind {
  list: ObjectList;
  tag: string;
  one: string;
  /** Paths of the list. */
  paths: readonly string[];
  /** Name of the id in paths. */
  id: string;
}

const LB = 'load_balancers';
const ACCOUNT = '/client/v4/accounts/:account_id';
const ZONE = '/client/v4/zones/:zone_id';

/** Fixed paths come before `:load_balancer_id`, which they would match as well. */
const KINDS: readonly Kind[] = [
  { list: 'pools', tag: 'pools', one: 'a pool', paths: [`${ACCOUNT}/${LB}/pools`], id: 'pool_id' },
  {
    list: 'monitors',
    tag: 'monitors',
    one: 'a monitor',
    paths: [`${ACCOUNT}/${LB}/monitors`],
    id: 'monitor_id',
  },
  {
    list: 'monitor_groups',
    tag: 'monitor groups',
    one: 'a monitor group',
    paths: [`${ACCOUNT}/${LB}/monitor_groups`],
    id: 'monitor_group_id',
  },
];

/** Load balancers, apart from the others because their paths have to come last. */
const BALANCERS: Kind = {
  list: 'load_balancers',
  tag: 'load balancers',
  one: 'a load balancer',
  paths: [`${ACCOUNT}/${LB}`, `${ZONE}/${LB}`],
  id: 'load_balancer_id',
};

const MONITOR = {
  monitor: { schema: v.optional(v.string()), summary: 'Only pools with this monitor.' },
};

export const OBJECT_ROUTES: readonly Route[] = KINDS.flatMap(routesOf);
export const BALANCER_ROUTES: readonly Route[] = routesOf(BALANCERS);

function routesOf({ list, tag, one, paths, id }: Kind): Route[] {
  return paths.flatMap((path): Route[] => {
    const single = `${path}/:${id}`;
    const change = { tag, scope: 'admin', checked_by: 'handler', query: FORCE } as const;
    return [
      {
        method: 'GET',
        path,
        scope: 'read',
        tag,
        summary: `Lists every one: ${tag}.`,
        ...(list === 'pools' ? { query: MONITOR } : {}),
        result: v.array(RESULTS[list]),
        handle: (call) => listed(call, list),
      },
      {
        ...change,
        method: 'POST',
        path,
        summary: `Creates ${one}.`,
        body: BODIES[list],
        result: RESULTS[list],
        handle: async (call) => written(call, { do: 'create', list, body: call.body }),
      },
      ...(list === 'pools' ? [bulkRoute(path)] : []),
      {
        method: 'GET',
        path: single,
        scope: 'read',
        tag,
        summary: `Shows ${one}.`,
        result: RESULTS[list],
        handle: async (call) => {
          requireOwn(call.env, call.params, call.request);
          return replyOf(call, list, unwrap(await call.history.shownOne(list, idIn(call, id))));
        },
      },
      {
        ...change,
        method: 'PUT',
        path: single,
        summary: `Replaces ${one}. Plimsoll's own fields stay unless the body names them.`,
        body: BODIES[list],
        result: RESULTS[list],
        if_match: 'optional',
        handle: async (call) =>
          written(call, { do: 'replace', list, id: idIn(call, id), body: call.body, ...ifMatch(call) }),
      },
      {
        ...change,
        method: 'PATCH',
        path: single,
        summary: `Changes fields of ${one}. A field that is an object or a list is replaced.`,
        body: CHANGES[list],
        result: RESULTS[list],
        if_match: 'optional',
        handle: async (call) =>
          written(call, { do: 'merge', list, id: idIn(call, id), body: call.body, ...ifMatch(call) }),
      },
      {
        method: 'DELETE',
        path: single,
        scope: 'admin',
        tag,
        summary: `Deletes ${one} that nothing refers to.`,
        result: list === 'monitor_groups' ? RESULTS[list] : v.object({ id: ApiId }),
        if_match: 'optional',
        handle: (call) => removed(call, list, idIn(call, id)),
      },
    ];
  });
}

/** What the SDK calls `pools.bulkEdit`: it removes the address for mails from every pool. */
function bulkRoute(path: string): Route {
  return {
    method: 'PATCH',
    path,
    scope: 'admin',
    tag: 'pools',
    summary: 'Changes `notification_email` of every pool.',
    body: v.strictObject({ notification_email: v.nullable(v.string()) }),
    result: v.array(RESULTS.pools),
    handle: async (call) => {
      requireOwn(call.env, call.params, call.request);
      const command: Command = { do: 'merge_all', list: 'pools', body: call.body };
      const { objects = [] } = unwrap(await call.history.write(command, signedBy(call), whatOf(call)));
      return { result: objects.map((object) => resultOf(call, 'pools', object)) };
    },
  };
}

async function listed(call: Call, list: ObjectList): Promise<Reply> {
  const { env, params, request, query, history } = call;
  requireOwn(env, params, request);
  const { zone_id } = params;
  const objects = (await history.shown(list)).filter(
    ({ value }) =>
      (zone_id === undefined || zoneOf(env, String(value['name']))?.id === zone_id) &&
      (query['monitor'] === undefined || value['monitor'] === query['monitor']),
  );
  const count = objects.length;
  return {
    result: objects.map((object) => resultOf(call, list, object)),
    result_info: { page: 1, per_page: count, count, total_count: count, total_pages: 1 },
  };
}

async function written(call: Call, command: Command & { list: ObjectList }): Promise<Reply> {
  requireOwn(call.env, call.params, call.request);
  const { object } = unwrap(await call.history.write(command, signedBy(call), whatOf(call)));
  if (object === undefined) throw new Error('a change of an object has no object');
  return replyOf(call, command.list, object);
}

async function removed(call: Call, list: ObjectList, id: string): Promise<Reply> {
  requireOwn(call.env, call.params, call.request);
  const command: Command = { do: 'remove', list, id, ...ifMatch(call) };
  const { object } = unwrap(await call.history.write(command, signedBy(call), whatOf(call)));
  // Cloudflare's API answers a deleted group as a whole.
  if (list === 'monitor_groups' && object !== undefined) return { result: resultOf(call, list, object) };
  return { result: { id } };
}

function replyOf(call: Call, list: ObjectList, object: ApiObject): Reply {
  return { result: resultOf(call, list, object), headers: { etag: `"${object.etag}"` } };
}

/** An object as Cloudflare's API answers it: what was written, and what is set here. */
function resultOf({ env }: Call, list: ObjectList, { id, value, created_on, modified_on }: ApiObject) {
  const zone = list === 'load_balancers' ? zoneOf(env, String(value['name'])) : undefined;
  return { id, ...value, created_on, modified_on, ...(zone === undefined ? {} : { zone_name: zone.name }) };
}

function idIn({ params, request }: Call, name: string): string {
  const id = params[name] ?? '';
  requireId(id, request);
  return id;
}

function ifMatch({ request }: Call): { if_match?: string } {
  const if_match = request.headers.get('if-match');
  return if_match === null ? {} : { if_match };
}
