import { Agent, request } from 'node:http';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { configFor } from '../../tools/harness/config.ts';
import { type Origin, startOrigin } from '../../tools/harness/origin.ts';
import { startPlimsoll } from './harness/plimsoll.ts';

// Many requests at once, and many clients, in front of real processes.

const BURST = 64;
const NAMES = ['a', 'b', 'c', 'd'];
const SHARE = BURST / NAMES.length;

let origins: Origin[];
beforeAll(async () => {
  origins = await Promise.all(NAMES.map((name) => startOrigin({ name })));
});
afterAll(async () => {
  for (const origin of origins) await origin.stop();
});

/** Sends all requests at once, each over its own connection. @returns how many requests each origin served */
async function burst(port: number): Promise<number[]> {
  for (const origin of origins) origin.requests = {};
  const agent = new Agent({ maxSockets: BURST });
  const one = () =>
    new Promise<number | undefined>((resolve, reject) => {
      const sent = request({ port, host: '127.0.0.1', agent }, (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode));
      });
      sent.on('error', reject);
      sent.end();
    });
  const statuses = await Promise.all(Array.from({ length: BURST }, one));
  agent.destroy();
  expect(new Set(statuses)).toEqual(new Set([200]));
  return origins.map(({ requests }) => requests['GET'] ?? 0);
}

it.each(['round_robin', 'random', 'least_outstanding_requests'] as const)(
  'divides a burst among the origins: %s',
  async (policy) => {
    const plimsoll = await startPlimsoll({
      config: configFor(origins, { pool: { origin_steering: { policy } } }),
    });
    onTestFinished(() => plimsoll.stop());
    // The first burst meets a cold selector, which may miss its deadline. The gateway's own order then divides the burst.
    for (let round = 0; round < 3; round++)
      for (const served of await burst(plimsoll.port)) expect(served).toBeLessThanOrEqual(1.25 * SHARE + 1);
  },
);

it.each(['hash', 'maglev', 'ketama', 'jump'] as const)(
  'uses one kept answer for three hundred clients under %s',
  async (policy) => {
    const options = { key: 'header:x-user', table_size: 65_537 };
    const plimsoll = await startPlimsoll({
      config: configFor(origins, {
        pool: {
          origin_steering: {
            policy,
            ...(policy === 'maglev' ? { options } : { options: { key: options.key } }),
          },
        },
      }),
    });
    onTestFinished(() => plimsoll.stop());
    const ask = async (user: number) =>
      (await fetch(plimsoll.url, { headers: { 'x-user': `user ${user}` } })).text();
    // A cold selector may miss its deadline.
    do await ask(0);
    while ((await plimsoll.pointsWritten(1)).at(-1)?.decision === 'failover_order');
    const warm = plimsoll.points.length;
    const first: string[] = [];
    for (let user = 0; user < 300; user++) first.push(await ask(user));
    expect(new Set(first).size).toBe(NAMES.length);
    for (let user = 0; user < 300; user += 10) expect(await ask(user)).toBe(first[user]);
    const points = (await plimsoll.pointsWritten(warm + 330)).slice(warm);
    expect(points.filter(({ decision }) => decision !== 'kept')).toEqual([]);
  },
);
