import * as v from 'valibot';
import { FORCE } from '../force.ts';
import type { Route } from '../route.ts';
import {
  changeAll,
  changeObject,
  createObject,
  listObjects,
  removeObject,
  showObject,
} from './object_calls.ts';
import { BALANCERS, KINDS, type Kind } from './object_kinds.ts';
import { ApiId, BODIES, CHANGES, RESULTS } from './schemas.ts';

const MONITOR = {
  monitor: { schema: v.optional(v.string()), summary: 'Only pools with this monitor.' },
};

/** Create, read, update and delete pools, monitors and monitor groups. */
export const OBJECT_ROUTES: readonly Route[] = KINDS.flatMap(routesOf);
/** The same for load balancers. They are apart because their paths have to come last. */
export const BALANCER_ROUTES: readonly Route[] = routesOf(BALANCERS);

function routesOf({ list, tag, one, paths, id }: Kind): Route[] {
  return paths.flatMap((path): Route[] => {
    const single = `${path}/:${id}`;
    const read = { tag, scope: 'read' } as const;
    const change = { tag, scope: 'admin', checked_by: 'handler', query: FORCE } as const;
    return [
      {
        ...read,
        method: 'GET',
        path,
        summary: `Lists all ${tag.replaceAll('_', ' ')}.`,
        ...(list === 'pools' ? { query: MONITOR } : {}),
        result: v.array(RESULTS[list]),
        handle: (call) => listObjects(call, list),
      },
      {
        ...change,
        method: 'POST',
        path,
        summary: `Creates ${one}.`,
        body: BODIES[list],
        result: RESULTS[list],
        handle: (call) => createObject(call, list),
      },
      ...(list === 'pools' ? [bulkRoute(path)] : []),
      {
        ...read,
        method: 'GET',
        path: single,
        summary: `Shows ${one}.`,
        result: RESULTS[list],
        handle: (call) => showObject(call, list, id),
      },
      {
        ...change,
        method: 'PUT',
        path: single,
        summary: `Replaces ${one}. Plimsoll's own fields stay unless the body names them.`,
        body: BODIES[list],
        result: RESULTS[list],
        if_match: 'optional',
        handle: (call) => changeObject(call, list, id, 'replace'),
      },
      {
        ...change,
        method: 'PATCH',
        path: single,
        summary: `Changes fields of ${one}. A field that is an object or a list is replaced.`,
        body: CHANGES[list],
        result: RESULTS[list],
        if_match: 'optional',
        handle: (call) => changeObject(call, list, id, 'merge'),
      },
      {
        tag,
        scope: 'admin',
        method: 'DELETE',
        path: single,
        summary: `Deletes ${one} that nothing refers to.`,
        result: list === 'monitor_groups' ? RESULTS[list] : v.object({ id: ApiId }),
        if_match: 'optional',
        handle: (call) => removeObject(call, list, id),
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
    handle: (call) => changeAll(call, 'pools'),
  };
}
