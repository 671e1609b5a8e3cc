import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { tokenOf } from '../../../../shared/contracts/access.ts';
import type { Principal, Scope } from '../../../../workers/console/access/principal.ts';
import { randomBytes, sha256 } from '../../../../workers/console/access/secrets.ts';
import type { AccessRpc, NewToken } from '../../../../workers/console/access/store.ts';
import { AccessTables } from '../../../../workers/console/history/access_tables.ts';
import { outcomeOf } from '../../../../workers/console/refusal.ts';

export const NOW = Date.parse('2026-12-01T10:20:30Z');
export const HOUR_MS = 3_600_000;
export const ADMIN: Principal = { author: 'admin token', scope: 'admin', by: 'admin_token' };
export const DOER = { principal: ADMIN, from: '192.0.2.1', what: 'POST /api/tokens' };

/** A new secret. */
export const newToken = () => tokenOf(randomBytes(32));

let objects = 0;

/** Runs a test on the SQLite of a fresh Durable Object. */
export function inStorage<T>(run: (sql: SqlStorage) => T | Promise<T>): Promise<T> {
  const { HISTORY } = env as unknown as { HISTORY: DurableObjectNamespace };
  const stub = HISTORY.get(HISTORY.idFromName(`access-${objects++}-${crypto.randomUUID()}`));
  return runInDurableObject(stub, (_, { storage }) => run(storage.sql));
}

/** A clock that a test sets, and the object's side of the interface. */
export interface World {
  clock: { now: number };
  tables: AccessTables;
  store: AccessRpc;
}

/** Runs a test with the tables, behind the interface that the console's Worker sees. */
export function inWorld<T>(run: (world: World) => T | Promise<T>): Promise<T> {
  return inStorage((sql) => {
    const clock = { now: NOW };
    const tables = new AccessTables(sql, () => clock.now);
    return run({ clock, tables, store: rpcOf(tables) });
  });
}

function rpcOf(tables: AccessTables): AccessRpc {
  return {
    authenticate: async (credential) => tables.authenticate(credential),
    tokens: async () => tables.tokens(),
    createToken: (token, doer) => outcomeOf(() => tables.createToken(token, doer)),
    revokeToken: (id, doer) => outcomeOf(() => tables.revokeToken(id, doer)),
    openSession: async (session, from, what) => tables.openSession(session, from, what),
    closeSession: async (hash, doer) => tables.closeSession(hash, doer),
    note: async (note) => tables.note(note),
    audit: async (limit, before) => tables.rows(limit, before),
  };
}

/** A token to store, and its secret. */
export async function someToken(
  name: string,
  scope: Scope = 'read',
  expires_at_ms: number | null = null,
): Promise<{ secret: string; token: NewToken }> {
  const secret = newToken();
  const hash = await sha256(secret);
  return { secret, token: { id: hash.slice(0, 32), sha256: hash, name, scope, expires_at_ms } };
}
