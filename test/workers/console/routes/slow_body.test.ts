import { createExecutionContext, reset } from 'cloudflare:test';
import { beforeEach, expect, it } from 'vitest';
import console_ from '../../../../workers/console/worker.ts';
import { asked, LOCAL } from '../visit.ts';

beforeEach(() => reset());

interface Created {
  id: string;
  token: string;
}

/** Sends a monitor, and does something before the body ends. */
async function slowly(token: string, meanwhile: () => Promise<unknown>): Promise<number> {
  const [first, last] = ['{"type": ', '"http"}'].map((part) => new TextEncoder().encode(part));
  const { readable, writable } = new IdentityTransformStream();
  const request = new Request<unknown, IncomingRequestCfProperties>(
    `http://localhost:8788/client/v4/accounts/${'a'.repeat(32)}/load_balancers/monitors`,
    {
      method: 'POST',
      body: readable,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    },
  );
  const answered = console_.fetch(request, LOCAL, createExecutionContext());
  const writer = writable.getWriter();
  await writer.write(first);
  await meanwhile();
  await scheduler.wait(1_100);
  await writer.write(last);
  await writer.close();
  return (await answered).status;
}

it('a token that is revoked while its request is still sent changes nothing', async () => {
  const body = { name: 'ci', scope: 'admin' };
  const { json } = await asked<Created>('/api/tokens', { method: 'POST', body });
  expect(await slowly(json.token, async () => undefined)).toBe(200);
  const revoke = () => asked(`/api/tokens/${json.id}`, { method: 'DELETE' });
  expect(await slowly(json.token, revoke)).toBe(401);
  const versions = await asked<{ versions: unknown[] }>('/api/config/versions');
  expect(versions.json.versions).toHaveLength(1);
});
