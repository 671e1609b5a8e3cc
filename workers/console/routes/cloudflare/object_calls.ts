import type { ObjectList } from '../../../../shared/authoring/source/lists.ts';
import type { ApiObject } from '../../../../shared/contracts/history.ts';
import { CODES, Refusal, unwrap } from '../../refusal.ts';
import type { Command } from '../../rpc.ts';
import type { Call, Reply } from '../route.ts';
import { signedBy, whatOf } from '../signed.ts';
import { requireId, requireOwn, zoneOf } from './own_ids.ts';

// What the routes of the four kinds of objects do. A path below a zone has only the load balancers whose host belongs to the zone.

/** Lists the objects of a kind. */
export async function listObjects(call: Call, list: ObjectList): Promise<Reply> {
  const { env, params, request, query, history } = call;
  requireOwn(env, params, request);
  const all = JSON.parse(await history.shown(list)) as ApiObject[];
  const objects = all.filter(
    ({ value }) =>
      isInZone(call, value['name']) &&
      (query['monitor'] === undefined || value['monitor'] === query['monitor']),
  );
  const count = objects.length;
  return {
    result: objects.map((object) => resultOf(call, list, object)),
    result_info: { page: 1, per_page: count, count, total_count: count, total_pages: 1 },
  };
}

/** Shows an object. @param id_name the name of its id in the path */
export async function showObject(call: Call, list: ObjectList, id_name: string): Promise<Reply> {
  return replyOf(call, list, await objectIn(call, list, idIn(call, id_name)));
}

/** Creates an object. */
export async function createObject(call: Call, list: ObjectList): Promise<Reply> {
  requireOwn(call.env, call.params, call.request);
  requireZone(call);
  return written(call, list, { do: 'create', list, body: call.body });
}

/** Replaces an object, or the fields of it that the body has. */
export async function changeObject(
  call: Call,
  list: ObjectList,
  id_name: string,
  how: 'replace' | 'merge',
): Promise<Reply> {
  const id = idIn(call, id_name);
  await requireInZone(call, list, id);
  requireZone(call);
  return written(call, list, { do: how, list, id, body: call.body, ...ifMatch(call) });
}

/** Removes an object that nothing refers to. */
export async function removeObject(call: Call, list: ObjectList, id_name: string): Promise<Reply> {
  const id = idIn(call, id_name);
  await requireInZone(call, list, id);
  const command: Command = { do: 'remove', list, id, ...ifMatch(call) };
  const { object } = unwrap(await call.history.write(command, signedBy(call), whatOf(call)));
  // Cloudflare's API answers a deleted group as a whole.
  if (list === 'monitor_groups' && object !== undefined) return { result: resultOf(call, list, object) };
  return { result: { id } };
}

/** Changes fields of all objects of a kind. */
export async function changeAll(call: Call, list: ObjectList): Promise<Reply> {
  requireOwn(call.env, call.params, call.request);
  const command: Command = { do: 'merge_all', list, body: call.body };
  const { objects = [] } = unwrap(await call.history.write(command, signedBy(call), whatOf(call)));
  return { result: objects.map((object) => resultOf(call, list, object)) };
}

async function written(call: Call, list: ObjectList, command: Command): Promise<Reply> {
  const { object } = unwrap(await call.history.write(command, signedBy(call), whatOf(call)));
  if (object === undefined) throw new Error('a change of an object has no object');
  return replyOf(call, list, object);
}

function replyOf(call: Call, list: ObjectList, object: ApiObject): Reply {
  return { result: resultOf(call, list, object), headers: { etag: `"${object.etag}"` } };
}

/** An object as Cloudflare's API answers it: what was written, and what is set here. */
function resultOf({ env }: Call, list: ObjectList, { id, value, created_on, modified_on }: ApiObject) {
  const zone = list === 'load_balancers' ? { zone_name: zoneOf(env, String(value['name'])).name } : {};
  return { id, ...value, created_on, modified_on, ...zone };
}

/** The id in the path. @throws {Refusal} 403 if the path is another account's or zone's, 404 if it is no id */
function idIn({ env, params, request }: Call, id_name: string): string {
  requireOwn(env, params, request);
  const id = params[id_name] ?? '';
  requireId(id, request);
  return id;
}

/** @throws {Refusal} 404 if there is none, or if it belongs to another zone than the path names */
async function objectIn(call: Call, list: ObjectList, id: string): Promise<ApiObject> {
  const object = unwrap(await call.history.shownOne(list, id));
  if (isInZone(call, object.value['name'])) return object;
  throw new Refusal(404, [
    { code: CODES.not_found, message: `object does not exist: the load balancer ${id} is in another zone` },
  ]);
}

/** @throws {Refusal} 404 if a path below a zone names a load balancer of another one */
async function requireInZone(call: Call, list: ObjectList, id: string): Promise<void> {
  if (call.params['zone_id'] !== undefined) await objectIn(call, list, id);
}

/** @throws {Refusal} 400 if the host in the body belongs to another zone than the path names */
function requireZone(call: Call): void {
  const { name } = (call.body ?? {}) as { name?: unknown };
  if (typeof name !== 'string' || isInZone(call, name)) return;
  const zone = zoneOf(call.env, name);
  throw new Refusal(400, [
    {
      code: CODES.invalid,
      message: `name got "${name.slice(0, 253)}", a host of the zone ${zone.name}; send it to /zones/${zone.id}: validation failed`,
      pointer: '/name',
    },
  ]);
}

function isInZone({ env, params: { zone_id } }: Call, name: unknown): boolean {
  return zone_id === undefined || zoneOf(env, String(name)).id === zone_id;
}

function ifMatch({ request }: Call): { if_match?: string } {
  const if_match = request.headers.get('if-match');
  return if_match === null ? {} : { if_match };
}
