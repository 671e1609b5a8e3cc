import type { ApiObject } from '../../../../shared/contracts/history.ts';
import { HttpError } from '../../../../shared/errors.ts';
import { canonicalHost } from '../../../../shared/http/host.ts';
import type { Env } from '../../env.ts';
import { CODES, Refusal } from '../../refusal.ts';

// The account and the zones that this console stands for. Clients of Cloudflare's API name both in every path.

/** The account, as `GET /accounts` shows it. */
export interface Account {
  /** 32 hex digits. */
  id: string;
  name: string;
  type: 'standard';
}

/** A zone, as far as it is known here. */
export interface Zone {
  /** 32 hex digits. */
  id: string;
  /** Its domain: `example.com`. */
  name: string;
}

/** The bindings that name account and zones. */
export type Owner = Pick<Env, 'ACCOUNT_ID' | 'ZONES' | 'ZONE_NAME'>;

const ID = /^[0-9a-f]{32}$/;
const ZONE = /^([0-9a-f]{32})\s+(\S+)$/;
const DEFAULT_ACCOUNT = 'a'.repeat(32);
const DEFAULT_ZONE = 'b'.repeat(32);

/** The account: the binding `ACCOUNT_ID`, else 32 times `a`. */
export function accountOf({ ACCOUNT_ID }: Owner): Account {
  const id = ACCOUNT_ID !== undefined && ID.test(ACCOUNT_ID) ? ACCOUNT_ID : DEFAULT_ACCOUNT;
  return { id, name: 'Plimsoll', type: 'standard' };
}

/**
 * The zones: the binding `ZONES`, `"ID NAME, ID NAME"`, else one zone with the id 32 times `b` and the name `ZONE_NAME`, by
 * default `example.com`. There is at least one.
 * @throws {HttpError} 503 if `ZONES` cannot be read
 */
export function zonesOf({ ZONES, ZONE_NAME }: Owner): readonly [Zone, ...Zone[]] {
  const parts = (ZONES ?? '').split(',').map((part) => part.trim());
  const [first, ...others] = parts.filter((part) => part !== '').map(zone);
  return first === undefined ? [{ id: DEFAULT_ZONE, name: ZONE_NAME ?? 'example.com' }] : [first, ...others];
}

function zone(text: string): Zone {
  const [, id, name] = ZONE.exec(text) ?? [];
  if (id === undefined || name === undefined)
    throw new HttpError(503, 'ZONES has an entry that is no zone: write "ID NAME", with 32 hex digits as ID');
  return { id, name: canonicalHost(name) };
}

/** The zone of a load balancer: the longest name that its host ends with, else the first zone. @param host `*.app.example.com` */
export function zoneOf(owner: Owner, host: string): Zone {
  const zones = zonesOf(owner);
  const served = canonicalHost(host);
  const fitting = zones.filter(({ name }) => served === name || served.endsWith(`.${name}`));
  return fitting.toSorted((a, b) => b.name.length - a.name.length)[0] ?? zones[0];
}

/**
 * Refuses a path that names another account or zone.
 * @param params of the path; both may be absent
 * @throws {Refusal} 404 if an id is malformed, 403 if it is another's
 */
export function requireOwn(owner: Owner, params: Readonly<Record<string, string>>, request: Request): void {
  const { account_id, zone_id } = params;
  if (account_id !== undefined) {
    requireId(account_id, request);
    const { id } = accountOf(owner);
    if (account_id !== id) throw unauthorized(`the account of this console is ${id}`);
  }
  if (zone_id !== undefined) {
    requireId(zone_id, request);
    const zones = zonesOf(owner);
    if (!zones.some(({ id }) => id === zone_id))
      throw unauthorized(
        `the zones of this console are ${zones.map(({ id, name }) => `${id} (${name})`).join(', ')}`,
      );
  }
}

function unauthorized(own: string): Refusal {
  const message = `Unauthorized to access requested resource: ${own}`;
  return new Refusal(403, [{ code: CODES.other_account, message }]);
}

/** Refuses what cannot be an id of Cloudflare's API. @throws {Refusal} 404 */
export function requireId(id: string, request: Request): void {
  if (ID.test(id)) return;
  const path = new URL(request.url).pathname.replace(/^\/client\/v4/, '');
  throw new Refusal(404, [
    {
      code: CODES.malformed_id,
      message: `Could not route to ${path}, perhaps your object identifier is invalid?`,
    },
    { code: CODES.no_route, message: 'No route for that URI' },
  ]);
}

/** The object with an id. @throws {Refusal} 404 */
export function objectWith(
  objects: readonly ApiObject[],
  id: string | undefined,
  request: Request,
): ApiObject {
  requireId(id ?? '', request);
  const found = objects.find((object) => object.id === id);
  if (found === undefined)
    throw new Refusal(404, [{ code: CODES.not_found, message: 'object does not exist' }]);
  return found;
}
