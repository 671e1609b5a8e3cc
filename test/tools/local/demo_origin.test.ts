import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoOrigin } from '../../../tools/local/demo_origin.ts';

let server: Server;
let base: string;

beforeAll(async () => {
  server = demoOrigin({ name: 'one', latency_ms: 1 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.closeAllConnections());

describe('a demo origin', () => {
  it('always answers with its name, so that answers can be counted', async () => {
    expect(await (await fetch(`${base}/`)).text()).toBe('one\n');
    expect(await (await fetch(`${base}/any/path?x`)).text()).toBe('one\n');
  });

  it('echoes method, query, headers and body', async () => {
    const response = await fetch(`${base}/echo?a=1&b=2`, {
      method: 'POST',
      body: 'hello',
      headers: { 'x-own': 'y' },
    });
    expect(await response.json()).toMatchObject({
      origin: 'one',
      method: 'POST',
      url: '/echo?a=1&b=2',
      query: 'a=1&b=2',
      headers: { 'x-own': 'y' },
      body: 'hello',
    });
  });

  it('answers with the requested status', async () => {
    expect((await fetch(`${base}/status/503`)).status).toBe(503);
  });

  it('is as slow as requested', async () => {
    const began = performance.now();
    await (await fetch(`${base}/slow?ms=80`)).text();
    // Timers may fire up to a millisecond early.
    expect(performance.now() - began).toBeGreaterThanOrEqual(79);
  });
});
