import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { configFor } from '../../../tools/harness/config.ts';
import { type LocalServer, listen } from '../../../tools/harness/http_server.ts';
import { eventually } from '../harness/eventually.ts';
import { type Plimsoll, startPlimsoll } from '../harness/plimsoll.ts';
import { open } from '../harness/raw_client.ts';

const IDLE_MS = 600;
const EVENTS = 200;

let origin: LocalServer;
let plimsoll: Plimsoll;
/** Paths of answers whose connection is closed by now. */
const closed: string[] = [];

const ANSWERS: Record<string, (response: ServerResponse) => void | Promise<void>> = {
  '/silent-length': (response) => {
    response.writeHead(200, { 'content-length': 50_000 }).write('x'.repeat(20_000));
  },
  '/silent-chunked': (response) => void response.write('data: first\n\n'),
  '/silent-after-events': async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    await sendEvents(response);
  },
  '/breaks-after-events': async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    await sendEvents(response);
    response.socket?.resetAndDestroy();
  },
  '/beats': async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    // The stream lasts three times as long as it may be silent, with half of that time between two beats.
    for (let beat = 0; beat < 6; beat++) {
      response.write(`data: ${beat}\n\n`);
      await sleep(IDLE_MS / 2);
    }
    response.end();
  },
};

/** Enough small events in quick succession to be gathered. */
async function sendEvents(response: ServerResponse): Promise<void> {
  for (let event = 0; event < EVENTS; event++) {
    response.write(`data: ${event}\n\n`);
    await sleep(1);
  }
}

beforeAll(async () => {
  origin = await listen((request, response) => {
    const path = request.url ?? '/';
    response.on('close', () => closed.push(path));
    if (path === '/upload') return void request.resume().on('end', () => response.end('all of it'));
    void (ANSWERS[path] ?? ((other) => void other.end('ok')))(response);
  });
  plimsoll = await startPlimsoll({
    config: configFor([{ name: 'origin', port: origin.port }], {
      balancer: { timeouts: { first_byte_ms: 5_000, idle_ms: IDLE_MS } },
    }),
  });
});
afterAll(async () => {
  await plimsoll?.stop();
  await origin?.stop();
});

const get = (path: string) =>
  open(plimsoll.port, `GET ${path} HTTP/1.1\r\nHost: idle.test\r\nConnection: close\r\n\r\n`, 20_000);
const pointOf = (path: string) => eventually(() => plimsoll.points.find((point) => point.path === path));

it.each(['/silent-length', '/silent-chunked', '/silent-after-events'])(
  'ends an answer that stands still (%s), at client and origin, and records why',
  async (path) => {
    const { status, ended, body, ms } = await get(path).answer;
    expect([status, ended]).toEqual([200, 'closed']);
    expect(body).not.toMatch(/(^|\r\n)0\r\n/);
    expect(ms).toBeGreaterThan(IDLE_MS * 0.9);
    expect(await pointOf(path)).toMatchObject({
      outcome: 'cut_short',
      detail: `nothing came for ${IDLE_MS} ms`,
      status: 200,
    });
    await eventually(() => closed.includes(path));
  },
);

it('keeps an event stream with an occasional heartbeat open', async () => {
  const { ended, body } = await get('/beats').answer;
  expect(ended).toBe('closed');
  expect(body.match(/data: \d/g)).toEqual(['data: 0', 'data: 1', 'data: 2', 'data: 3', 'data: 4', 'data: 5']);
  expect(await pointOf('/beats')).toMatchObject({ outcome: 'ok', detail: '' });
});

it('delivers an event stream that breaks off up to its last event', async () => {
  const { body } = await get('/breaks-after-events').answer;
  expect(body.match(/data: \d+/g)).toHaveLength(EVENTS);
  expect(await pointOf('/breaks-after-events')).toMatchObject({ outcome: 'cut_short' });
});

it('answers 408 to a long upload that stands still', async () => {
  const { socket, answer } = open(
    plimsoll.port,
    `PUT /upload HTTP/1.1\r\nHost: idle.test\r\nContent-Length: 200000\r\nConnection: close\r\n\r\n${'u'.repeat(100_000)}`,
    20_000,
  );
  const { status, ms } = await answer;
  socket.destroy();
  expect(status).toBe(408);
  expect(ms).toBeLessThan(5_000);
});
