import { EventEmitter, once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { request } from 'node:http';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configFor } from '../../../tools/harness/config.ts';
import { type LocalServer, listen } from '../../../tools/harness/http_server.ts';
import { eventually } from '../harness/eventually.ts';
import { type Plimsoll, startPlimsoll } from '../harness/plimsoll.ts';

const COUNT = 20;
const GZIPPED = gzipSync('a line that repeats\n'.repeat(10_000));

/** Client and origin take turns. `seen` is emitted when the client has a piece. */
const turns = new EventEmitter();
const requests: IncomingMessage[] = [];
const closed: string[] = [];
let origin: LocalServer;
let plimsoll: Plimsoll;

beforeAll(async () => {
  origin = await listen((incoming, response) => {
    requests.push(incoming);
    response.on('close', () => closed.push(incoming.url ?? ''));
    void (ANSWERS[incoming.url ?? ''] ?? ((_, other) => void other.end('ok')))(incoming, response);
  });
  plimsoll = await startPlimsoll({
    config: configFor([{ name: 'streams', port: origin.port }], {
      balancer: { retry: { max_body_bytes: 0 } },
    }),
  });
});
afterAll(async () => {
  await plimsoll?.stop();
  await origin?.stop();
});

type Answer = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** Sends a piece only when the client has the one before. If a hop held a piece back, the test would hang. */
function inTurns(headers: Record<string, string>, piece: (n: number) => string): Answer {
  return async (_, response) => {
    response.writeHead(200, headers);
    for (let n = 0; n < COUNT; n++) {
      const seen = once(turns, 'seen');
      response.write(piece(n));
      await seen;
    }
    response.end();
  };
}

const ANSWERS: Record<string, Answer> = {
  '/events': inTurns(
    { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' },
    (n) => `id: ${n}\ndata: ${n}\n\n`,
  ),
  '/bytes': inTurns({ 'content-type': 'application/octet-stream' }, (n) => String(n % 10)),
  // Pieces as from a compressor that flushes. No hop may wait until the stream is complete.
  '/compressed': inTurns(
    { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' },
    (n) => `piece ${n};`,
  ),
  '/with-length': inTurns({ 'content-length': String(COUNT * 1_000) }, (n) => String(n % 10).repeat(1_000)),
  '/gzip': (_, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': GZIPPED.length }).end(GZIPPED);
  },
  '/endless': (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: first\n\n');
  },
  '/beats': (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const beat = setInterval(() => response.write('data: beat\n\n'), 50);
    response.on('close', () => clearInterval(beat));
  },
  // Answers each piece of the request as it comes.
  '/both-ways': async (incoming, response) => {
    response.writeHead(200);
    for await (const chunk of incoming) response.write(chunk);
    response.end();
  },
};

function ask(path: string, headers: Record<string, string> = {}, method = 'GET') {
  return request({ host: '127.0.0.1', port: plimsoll.port, path, method, headers, agent: false });
}

async function answerTo(asked: ReturnType<typeof ask>): Promise<IncomingMessage> {
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return response;
}

describe('an answer whose pieces are each sent when the client has the one before', () => {
  it.each(['/events', '/bytes', '/compressed', '/with-length'])(
    'arrives piece by piece: %s',
    async (path) => {
      const asked = ask(path);
      asked.end();
      const response = await answerTo(asked);
      let pieces = 0;
      let bytes = 0;
      for await (const chunk of response) {
        bytes += (chunk as Buffer).length;
        // A piece may arrive in several chunks.
        if (path === '/with-length' && bytes % 1_000 !== 0) continue;
        pieces++;
        turns.emit('seen');
      }
      expect(pieces).toBe(COUNT);
      expect(await eventually(() => plimsoll.points.find((point) => point.path === path))).toMatchObject({
        outcome: 'ok',
        response_bytes: path === '/with-length' ? COUNT * 1_000 : -1,
      });
    },
  );

  it('continues from Last-Event-ID, which reaches the origin', async () => {
    ask('/ok', { 'last-event-id': '41', accept: 'text/event-stream' }).end();
    const arrived = await eventually(() => requests.find(({ url }) => url === '/ok'));
    expect(arrived.headers).toMatchObject({ 'last-event-id': '41', accept: 'text/event-stream' });
  });

  // A connection closed with FIN may still be read by the peer (half-open). Only the next event fails.
  it.each(['/endless', '/beats'])('ends at the origin when the client leaves: %s', async (path) => {
    const asked = ask(path);
    asked.end();
    const response = await answerTo(asked);
    await once(response, 'data');
    response.on('error', () => undefined);
    if (path === '/endless') response.socket.resetAndDestroy();
    else response.destroy();
    await eventually(() => closed.includes(path));
    expect(await eventually(() => plimsoll.points.find((point) => point.path === path))).toMatchObject({
      status: 200,
      outcome: 'client_gone',
    });
  });
});

it('streams a request and its answer at the same time if bodies are not kept (max_body_bytes 0)', async () => {
  const asked = ask('/both-ways', { 'transfer-encoding': 'chunked' }, 'POST');
  asked.write('piece 0');
  const response = await answerTo(asked);
  response.setEncoding('utf8');
  const pieces: string[] = [];
  for await (const chunk of response) {
    pieces.push(chunk);
    if (pieces.length < COUNT) asked.write(`piece ${pieces.length}`);
    else asked.end();
  }
  expect(pieces).toEqual(Array.from({ length: COUNT }, (_, n) => `piece ${n}`));
});

it('passes on a compressed answer unchanged', async () => {
  const asked = ask('/gzip', { 'accept-encoding': 'gzip' });
  asked.end();
  const response = await answerTo(asked);
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  expect(response.headers).toMatchObject({
    'content-encoding': 'gzip',
    'content-length': String(GZIPPED.length),
  });
  expect(body.equals(GZIPPED)).toBe(true);
  expect(gunzipSync(body).length).toBe(200_000);
});
