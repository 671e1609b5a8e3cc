import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ShownExplanation } from '../../shared/contracts/explain.ts';
import { configFrom } from '../../tools/harness/config.ts';
import { ADMIN_TOKEN } from '../../tools/harness/console.ts';
import { type Origin, startOrigin } from '../../tools/harness/origin.ts';
import { type Plimsoll, startPlimsoll } from './harness/plimsoll.ts';

// Explanations of real Workers, through the console's API: what it says is what then serves.

const REQUESTS = 1_000;
const NAMES = ['one', 'two', 'three'];
/** Policies whose next choice follows from those before. */
const POLICIES = [
  'round_robin',
  'smooth_weighted_round_robin',
  'hash',
  'maglev',
  'least_outstanding_requests',
  'off',
];

let origins: Origin[];
let plimsoll: Plimsoll;

beforeAll(async () => {
  origins = await Promise.all(NAMES.map((name) => startOrigin({ name })));
  const pools = POLICIES.map((policy, index) => ({
    name: `pool-${policy}`,
    origin_steering: { policy },
    origins: origins.map((origin, at) => ({
      name: origin.name,
      address: '127.0.0.1',
      port: origin.port,
      weight: at === 0 ? 1 : 0.5,
      ...(index === at ? { state: 'drain' as const } : {}),
    })),
  }));
  const config = configFrom({
    load_balancers: POLICIES.map((policy) => ({
      name: '*',
      path: `/${policy}`,
      default_pools: [`pool-${policy}`],
      ...(policy === 'hash' ? { session_affinity: 'ip_cookie' as const } : {}),
      rules: [
        {
          name: 'closed',
          condition: 'http.request.uri.query eq "closed"',
          fixed_response: { status_code: 410, message_body: 'gone' },
        },
        { name: 'old', disabled: true, fixed_response: { status_code: 404, message_body: 'gone' } },
      ],
    })),
    pools,
  });
  plimsoll = await startPlimsoll({
    config,
    console: 'real',
    bindings: { gateway: { AFFINITY_KEY: { text: 'the key of this test' } } },
  });
});
afterAll(async () => {
  for (const part of [plimsoll, ...origins]) await part?.stop();
});

async function explained(url: string, headers: Record<string, string>): Promise<ShownExplanation> {
  const response = await fetch(`${plimsoll.console_url}/api/explain`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ url, headers }),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as ShownExplanation;
}

it('says for 1,000 requests where each then goes', async () => {
  // The first number of each sequence of turns is drawn.
  for (const policy of POLICIES) await (await fetch(`${plimsoll.url}/${policy}/`)).text();
  const cookies = new Map<number, string>();
  for (let i = 0; i < REQUESTS; i++) {
    const policy = POLICIES[i % POLICIES.length] ?? '';
    const client = i % 7;
    const url = `${plimsoll.url}/${policy}/${i}${i % 50 === 49 ? '?closed' : ''}`;
    const headers = { 'x-client': String(client), cookie: cookies.get(client) ?? 'a=b' };
    const said = await explained(url, headers);
    const served = await fetch(url, { headers });
    const text = (await served.text()).trim();
    const cookie = served.headers.get('set-cookie')?.split(';')[0];
    if (cookie !== undefined) cookies.set(client, cookie);
    if (said.outcome === 'origin') expect(said.origin).toBe(`pool-${policy}/${text}`);
    else expect([said.outcome, said.status]).toEqual(['fixed_response', served.status]);
  }
  // Explanations write none.
  expect(await plimsoll.pointsWritten(REQUESTS + POLICIES.length)).toHaveLength(REQUESTS + POLICIES.length);
});

it('names the rule, the session, the pools and how each origin stands', async () => {
  const closed = await explained(`${plimsoll.url}/off/?closed`, {});
  expect(closed).toMatchObject({
    outcome: 'fixed_response',
    rules: [
      { name: 'closed', result: 'applied', condition: 'http.request.uri.query eq "closed"' },
      { name: 'old', result: 'disabled' },
    ],
  });
  const open = await explained(`${plimsoll.url}/round_robin/`, {});
  expect(open.rules).toEqual([
    {
      ...{ kind: 'rule', name: 'closed', result: 'false', condition: 'http.request.uri.query eq "closed"' },
      because: [
        {
          ...{ condition: 'http.request.uri.query eq "closed"', holds: false },
          values: { 'http.request.uri.query': '' },
        },
      ],
    },
    { kind: 'rule', name: 'old', result: 'disabled' },
  ]);
  expect(open.balancer?.path).toBe('/round_robin');
  expect(open.pools).toMatchObject([
    {
      id: 'pool-round_robin',
      origins: [
        { id: 'pool-round_robin/one', state: 'drain', weight: 1 },
        { id: 'pool-round_robin/two', effective_weight: 0.5 },
        { id: 'pool-round_robin/three', effective_weight: 0.5 },
      ],
    },
  ]);
  expect(open.pools[0]?.origins[0]).not.toHaveProperty('effective_weight');
});
