import { expect } from 'vitest';
import { ADMIN_TOKEN, type ServedConsole } from '../../../tools/harness/console.ts';
import { auditSince, SECRET, stateOf } from './account.ts';
import { ask, inParallel, type Sent, send } from './caller.ts';

/** A request that must be refused. */
export interface Request extends Sent {
  method: string;
  /** Exactly as it is sent. */
  path: string;
}

/**
 * Sends requests that must be refused, and requires that each got one of these statuses, that nothing changed, and that each is a row
 * of the audit.
 */
export async function expectRefused(
  served: ServedConsole,
  requests: readonly Request[],
  statuses: readonly number[],
): Promise<void> {
  const { url } = served;
  const before = await stateOf(served);
  const last =
    (await ask<{ rows: { id: number }[] }>(url, 'GET', '/api/audit?limit=1', { token: ADMIN_TOKEN })).rows[0]
      ?.id ?? 0;
  const wrong: string[] = [];
  const expected: string[] = [];
  await inParallel(requests, async ({ method, path, ...sent }) => {
    const { status, text } = await send(url, method, path, sent);
    const shown = `${method} ${path} ${status}`;
    if (!statuses.includes(status)) wrong.push(`${shown} ${text.slice(0, 200)}`);
    if (text.includes(SECRET)) wrong.push(`${shown} shows a secret`);
    expected.push(`${method} ${new URL(url + path).pathname.slice(0, 200)} ${status}`);
  });
  expect(wrong).toEqual([]);
  const rows = await auditSince(url, last);
  expect(rows.map(({ what, status }) => `${what} ${status}`).sort()).toEqual(expected.sort());
  expect(await stateOf(served)).toBe(before);
}
