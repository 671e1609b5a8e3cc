import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { configFor, POOL } from '../../tools/harness/config.ts';
import { type Echo, type Origin, startOrigin } from '../../tools/harness/origin.ts';
import { type Plimsoll, type PlimsollOptions, startPlimsoll } from './harness/plimsoll.ts';

const running: Array<{ stop(): Promise<void> }> = [];
afterEach(async () => {
  for (const part of running.splice(0)) await part.stop();
});

async function start(
  options: Partial<PlimsollOptions> = {},
): Promise<{ plimsoll: Plimsoll; origins: [Origin, Origin, Origin] }> {
  const origins: [Origin, Origin, Origin] = [
    await startOrigin({ name: 'one' }),
    await startOrigin({ name: 'two' }),
    await startOrigin({ name: 'three' }),
  ];
  const plimsoll = await startPlimsoll({ config: configFor(origins), ...options });
  running.push(plimsoll, ...origins);
  return { plimsoll, origins };
}

/** Sends requests until the selector has answered. On a busy machine a cold selector may miss its deadline at first. */
async function warmUp(plimsoll: Plimsoll): Promise<number> {
  for (let i = 1; i <= 20; i++) {
    await fetch(plimsoll.url);
    const point = (await plimsoll.pointsWritten(i)).at(-1);
    if (point?.decision !== 'failover_order') return i;
    await sleep(100);
  }
  throw new Error('the selector never answered');
}

describe('a request through gateway, selector and proxy', () => {
  it('reaches three origins equally often under round_robin and leaves one data point', async () => {
    const { plimsoll, origins } = await start();
    const warm_ups = await warmUp(plimsoll);
    for (const origin of origins) origin.requests = {};
    for (let i = 0; i < 30; i++) expect((await fetch(plimsoll.url)).status).toBe(200);
    expect(origins.map((origin) => origin.requests)).toEqual([{ GET: 10 }, { GET: 10 }, { GET: 10 }]);

    const points = (await plimsoll.pointsWritten(warm_ups + 30)).slice(warm_ups);
    expect(points).toHaveLength(30);
    expect(points.filter((point) => point.origin === `${POOL}/two`)).toHaveLength(10);
    expect(points[29]).toMatchObject({
      outcome: 'ok',
      status: 200,
      attempts: 1,
      strategy: 'off/round_robin',
    });
    // One question to the selector serves a batch of requests.
    expect(points.filter((point) => point.decision === 'asked').length).toBeLessThan(10);
  });

  it('arrives with method, query, headers and body as sent, and is answered', async () => {
    const { plimsoll } = await start();
    const response = await fetch(`${plimsoll.url}/echo/%7Ea//b?a=1&b=2&b=%20`, {
      method: 'POST',
      headers: { 'x-own': 'as sent', 'content-type': 'text/plain' },
      body: 'hello',
    });
    const echo = (await response.json()) as Echo;
    expect(response.status).toBe(200);
    expect(echo).toMatchObject({ method: 'POST', url: '/echo/%7Ea//b?a=1&b=2&b=%20', body: 'hello' });
    expect(echo.headers).toMatchObject({ 'x-own': 'as sent', 'content-type': 'text/plain' });
    expect(Object.keys(echo.headers).filter((name) => name.startsWith('plimsoll-'))).toEqual([]);
  });

  it('is answered if it is a GET and an origin is killed under load, and records the failed origin', async () => {
    const { plimsoll, origins } = await start();
    const statuses: Record<number, number> = {};
    const until = Date.now() + 2_000;
    const client = async () => {
      while (Date.now() < until) {
        const response = await fetch(plimsoll.url);
        await response.text();
        statuses[response.status] = (statuses[response.status] ?? 0) + 1;
        await sleep(5);
      }
    };
    const clients = Promise.all([client(), client(), client(), client()]);
    await sleep(500);
    await origins[1].kill();
    await clients;

    expect(Object.keys(statuses)).toEqual(['200']);
    const points = await plimsoll.pointsWritten(statuses[200] ?? 0);
    const failed_over = points.filter((point) => point.failed_origins === `${POOL}/two`);
    expect(failed_over.length).toBeGreaterThan(0);
    for (const point of failed_over) expect(point).toMatchObject({ outcome: 'ok', status: 200, attempts: 2 });
  });
});
