import type { AuditRow, HeadInfo, PublicationInfo } from '../../../shared/contracts/history.ts';
import { ACCOUNT, ADMIN_TOKEN, type ServedConsole, ZONE } from '../../../tools/harness/console.ts';
import { eventually } from '../harness/eventually.ts';
import { ask, result } from './caller.ts';

export const LB = `/client/v4/accounts/${ACCOUNT}/load_balancers`;
export const ZONE_LB = `/client/v4/zones/${ZONE}/load_balancers`;

/** A secret in a header of the account's monitor. */
export const SECRET = 'Bearer s3cr3t-0f-the-0r1g1n';

const admin = { token: ADMIN_TOKEN };

/** Ids of a small account, by the names that paths have for them. */
export type Ids = Readonly<Record<string, string>>;

/** Waits until KV has the newest version. */
export async function published(base: string, timeout_ms?: number): Promise<PublicationInfo> {
  return eventually(async () => {
    const publication = await ask<PublicationInfo>(base, 'GET', '/api/config/publication', admin);
    return publication.published && publication;
  }, timeout_ms);
}

/** Creates a monitor with a secret, a monitor group, two pools and a load balancer, and waits until they are published. */
export async function createAccount(base: string): Promise<Ids> {
  const create = async (path: string, body: unknown) =>
    (await result(base, 'POST', path, { ...admin, body })).id;
  const header = { Authorization: [SECRET], Host: ['app.example.com'] };
  const monitor_id = await create(`${LB}/monitors`, { type: 'https', path: '/health', header });
  const members = [{ monitor_id, enabled: true, monitoring_only: false, must_be_healthy: true }];
  const monitor_group_id = await create(`${LB}/monitor_groups`, { description: 'both', members });
  const origins = [
    { name: 'one', address: 'one.example.com' },
    { name: 'two', address: 'two.example.com' },
  ];
  const pool_id = await create(`${LB}/pools`, { name: 'eu', origins, monitor: monitor_id });
  const other = await create(`${LB}/pools`, { name: 'us', origins, monitor_group: monitor_group_id });
  const body = { name: 'app.example.com', default_pools: [pool_id, other], fallback_pool: other };
  const load_balancer_id = await create(ZONE_LB, body);
  await published(base);
  return { account_id: ACCOUNT, zone_id: ZONE, monitor_id, monitor_group_id, pool_id, load_balancer_id };
}

/** A token with a scope. @returns the token and its id */
export function createToken(
  base: string,
  name: string,
  scope: string,
  expires_at: string | null = null,
): Promise<{ token: string; id: string }> {
  return ask(base, 'POST', '/api/tokens', { ...admin, body: { name, scope, expires_at } });
}

/** Everything that a request may change, as text: the configuration, its versions, tokens and KV. */
export async function stateOf({ url, kv }: ServedConsole): Promise<string> {
  const { version, source } = await ask<HeadInfo>(url, 'GET', '/api/config', admin);
  const { versions } = await ask<{ versions: unknown }>(
    url,
    'GET',
    '/api/config/versions?limit=10000',
    admin,
  );
  const { tokens } = await ask<{ tokens: Record<string, unknown>[] }>(url, 'GET', '/api/tokens', admin);
  // The hour of the last use of a token changes when it is used.
  const unused = tokens.map(({ last_used_at: _, ...token }) => token);
  return JSON.stringify({ version, source, versions, tokens: unused, kv: [...kv.values] }, null, 1);
}

/** Rows of the audit with an id above `after`, oldest first. */
export async function auditSince(base: string, after: number): Promise<AuditRow[]> {
  const found: AuditRow[] = [];
  for (let page = ''; ; ) {
    const path = `/api/audit?limit=1000${page}`;
    const { rows } = await ask<{ rows: AuditRow[] }>(base, 'GET', path, admin);
    found.push(...rows.filter(({ id }) => id > after));
    const last = rows.at(-1);
    if (last === undefined || last.id <= after) return found.reverse();
    page = `&before=${last.id}`;
  }
}
