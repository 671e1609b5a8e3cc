import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configFor } from './harness/config.ts';
import { type Plimsoll, startPlimsoll } from './harness/plimsoll.ts';
import { echoFrames } from './harness/web_socket.ts';

const LARGE = randomBytes(20_000_000);
const GZIPPED = gzipSync('a line that repeats\n'.repeat(10_000));

let origin: Server;
let plimsoll: Plimsoll;

beforeAll(async () => {
  origin = createServer(async (request, response) => {
    if (request.url === '/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: first\n\n');
      // The second comes only when the first has been seen: a proxy that held it back would hang here.
      await once(origin, 'first-seen');
      response.end('data: second\n\n');
    } else if (request.url === '/upload') {
      const hash = createHash('sha256');
      for await (const chunk of request) hash.update(chunk);
      response.end(`${hash.digest('hex')} ${request.headers['content-length']}`);
    } else if (request.url === '/gzip') {
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': GZIPPED.length }).end(GZIPPED);
    } else if (request.url === '/large') {
      const [from = 0, to = LARGE.length - 1] = (request.headers.range?.match(/\d+/g) ?? []).map(Number);
      response.writeHead(request.headers.range ? 206 : 200, { 'content-length': to - from + 1 });
      response.end(LARGE.subarray(from, to + 1));
    } else response.end('ok');
  });
  origin.on('upgrade', echoFrames());
  await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
  const { port } = origin.address() as AddressInfo;
  plimsoll = await startPlimsoll({ config: configFor([{ name: 'streams', port }]) });
});

afterAll(async () => {
  await plimsoll?.stop();
  origin?.closeAllConnections();
  origin?.close();
});

describe('what streams through gateway and proxy', () => {
  it('a WebSocket, in both directions, with its close code', async () => {
    const socket = new WebSocket(`${plimsoll.url.replace('http', 'ws')}/socket`);
    const closed = new Promise<number>((resolve) => {
      socket.onclose = ({ code }) => resolve(code);
    });
    const echoed = await new Promise((resolve, reject) => {
      socket.onerror = () => reject(new Error('no WebSocket'));
      socket.onopen = () => socket.send('ahoy');
      socket.onmessage = ({ data }) => resolve(data);
    });
    expect(echoed).toBe('ahoy');
    socket.close(4001, 'enough');
    expect(await closed).toBe(4001);
  });

  it('server-sent events, each when it is sent', async () => {
    const response = await fetch(`${plimsoll.url}/events`);
    const events: string[] = [];
    for await (const chunk of response.body ?? []) {
      events.push(new TextDecoder().decode(chunk));
      origin.emit('first-seen');
    }
    expect(events).toEqual(['data: first\n\n', 'data: second\n\n']);
    const points = await plimsoll.pointsWritten(2);
    expect(points.find(({ path }) => path === '/events')).toMatchObject({
      outcome: 'ok',
      response_bytes: -1,
    });
  });

  it('a large download, whole and in parts', async () => {
    const whole = Buffer.from(await (await fetch(`${plimsoll.url}/large`)).arrayBuffer());
    expect(whole.equals(LARGE)).toBe(true);
    const part = await fetch(`${plimsoll.url}/large`, { headers: { range: 'bytes=100000-299999' } });
    expect(part.status).toBe(206);
    expect(Buffer.from(await part.arrayBuffer()).equals(LARGE.subarray(100_000, 300_000))).toBe(true);
  });

  it('a large upload, with its length', async () => {
    const response = await fetch(`${plimsoll.url}/upload`, { method: 'POST', body: LARGE });
    const digest = createHash('sha256').update(LARGE).digest('hex');
    expect(await response.text()).toBe(`${digest} ${LARGE.length}`);
  });

  it('a compressed answer as it is', async () => {
    const bytes = await raw('/gzip');
    expect(bytes.headers['content-encoding']).toBe('gzip');
    expect(bytes.headers['content-length']).toBe(String(GZIPPED.length));
    expect(bytes.body.equals(GZIPPED)).toBe(true);
    expect(gunzipSync(bytes.body).length).toBe(200_000);
  });
});

/** Node's fetch would unpack it. */
async function raw(path: string): Promise<{ headers: IncomingMessage['headers']; body: Buffer }> {
  const { get } = await import('node:http');
  return new Promise((resolve, reject) => {
    const request = get(
      `${plimsoll.url}${path}`,
      { headers: { 'accept-encoding': 'gzip' } },
      async (response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk);
        resolve({ headers: response.headers, body: Buffer.concat(chunks) });
      },
    );
    request.on('error', reject);
  });
}

function once(server: Server, event: string): Promise<void> {
  return Promise.race([new Promise<void>((resolve) => server.once(event, resolve)), sleep(5_000)]);
}
