import { expect, it } from 'vitest';
import { ROUTES } from '../../../workers/console/routes/table.ts';
import { asked } from './visit.ts';

// An operator reads a refusal once and knows the field, what is wrong and what to do.

interface Refused {
  error?: string;
  errors: { code: number; message: string }[];
}

/** Every message of a refusal. */
function messagesOf({ error, errors = [] }: Refused): string[] {
  return [error ?? '', ...errors.map(({ message }) => message)];
}

const filled = (path: string) =>
  path.replace(/:\w+/g, (name) =>
    (name === ':account_id' ? 'a' : name === ':zone_id' ? 'b' : '1').repeat(32),
  );

/** Bodies of the wrong type in every field that a schema names. */
function wrongBodies(): [string, string, unknown][] {
  return ROUTES.flatMap(({ method, path, body }): [string, string, unknown][] => {
    if (body === undefined) return [];
    const { entries } = body as unknown as { entries?: Record<string, unknown> };
    const wrong = Object.fromEntries(Object.keys(entries ?? {}).map((name) => [name, [null]]));
    return [
      [method, filled(path), wrong],
      [method, filled(path), 7],
    ];
  });
}

it.each(wrongBodies())(
  'says of a wrong body what is allowed, in our words: %s %s %j',
  async (method, path, body) => {
    const { status, json } = await asked<Refused>(path, { method, body, headers: { 'if-match': '*' } });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    for (const message of messagesOf(json)) expect(message).not.toMatch(/Invalid (type|key|length|value)/);
  },
);

it('says that a query is missing, and what is allowed', async () => {
  const { status, json } = await asked<Refused>('/api/config/diff');
  expect(status).toBe(400);
  expect(json.errors[0]?.message).toMatch(/^query `from` is missing; allowed: a whole number from 1 to /);
});

it('refuses to explain a request of an address that is none', async () => {
  const body = { url: 'https://app.example.com/', client_address: '999.0.0.1' };
  const { status, json } = await asked<Refused>('/api/explain', { method: 'POST', body });
  expect(status).toBe(400);
  expect(json.error).toMatch(/^client_address: got "999\.0\.0\.1"; allowed: an IP address such as /);
});

it.each(['CONNECT', 'get', 'FETCH', ''])('refuses to explain the method %j', async (method) => {
  const body = { url: 'https://app.example.com/', method };
  const { status, json } = await asked<Refused>('/api/explain', { method: 'POST', body });
  expect(status).toBe(400);
  expect(json.error).toMatch(/^method: got ".*"; allowed: a method that Workers accept, such as "GET"/);
});

it('names line and column where a body stops being JSON', async () => {
  const { status, json } = await asked<Refused>('/api/states', {
    method: 'POST',
    body: '{\n  "changes": ]}',
  });
  expect(status).toBe(400);
  expect(json.error).toContain('not valid JSON at line 2, column 14');
});

it('says that JSON has no comments and no commas before a bracket', async () => {
  for (const body of ['{"changes": [], }', '{ // none\n"changes": []}']) {
    const { status, json } = await asked<Refused>('/api/states', { method: 'POST', body });
    expect(status).toBe(400);
    expect(json.error).toContain('a comment or a comma before a bracket');
  }
});

it("names the console's own account and zones to somebody who signed in and named another", async () => {
  const account = await asked<Refused>(`/client/v4/accounts/${'c'.repeat(32)}/load_balancers/pools`);
  expect(account.status).toBe(403);
  expect(account.json.errors[0]?.message).toContain('a'.repeat(32));
  const zone = await asked<Refused>(`/client/v4/zones/${'c'.repeat(32)}/load_balancers`);
  expect(zone.status).toBe(403);
  expect(zone.json.errors[0]?.message).toContain(`${'b'.repeat(32)} (example.com)`);
});

it('names the methods of a list to somebody who used another', async () => {
  const path = `/client/v4/accounts/${'a'.repeat(32)}/load_balancers/pools`;
  const { status, headers } = await asked(path, { method: 'PUT', body: {} });
  expect(status).toBe(405);
  expect(headers.get('allow')).toBe('GET, POST, PATCH');
});

it('notes a strategy script that nobody has published', async () => {
  const file = {
    pools: [
      {
        name: 'p',
        origins: [{ name: 'o', address: 'o.example.com' }],
        origin_steering: { policy: 'script:nobody' },
      },
    ],
    load_balancers: [{ name: '*', default_pools: ['p'] }],
  };
  const { status, json } = await asked<{ notes: string[] }>('/api/config', {
    method: 'PUT',
    body: { source: JSON.stringify(file) },
    headers: { 'if-match': '*' },
  });
  expect(status).toBe(200);
  expect(json.notes.join()).toContain('no script "nobody" is published');
});
