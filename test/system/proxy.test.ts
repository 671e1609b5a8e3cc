import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestOptions, request } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Failure, ProbeOrder, ProbeResult } from '../../shared/contracts/carrying.ts';
import type { Served } from '../../tools/workerd/serve.ts';
import { GZIPPED, HostileOrigin } from './harness/hostile_origin.ts';
import { startProxy } from './harness/proxy.ts';

const origin = new HostileOrigin();
let proxy: Served;
let proxy_port: number;
/** Nothing listens there. */
let dead_port: number;

beforeAll(async () => {
  await origin.listen();
  proxy = await startProxy();
  proxy_port = proxy.ports['front'] ?? 0;
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  dead_port = (server.address() as AddressInfo).port;
  server.close();
});

afterAll(async () => {
  await proxy?.stop();
  origin.close();
});

interface Answer {
  status: number;
  message: IncomingMessage;
  body: Buffer;
  complete: boolean;
  failure: Failure | undefined;
}

/** Sends a request through the proxy to `path` of the hostile origin, on its own connection. */
async function send(
  path: string,
  {
    method = 'GET',
    headers = {},
    body = '',
    port = origin.port,
  }: { port?: number; body?: string } & Pick<RequestOptions, 'method' | 'headers'> = {},
): Promise<Answer> {
  const outgoing = request({
    port: proxy_port,
    host: '127.0.0.1',
    method,
    path,
    agent: false,
    maxHeaderSize: 200_000,
    headers: { 'x-origin': `http://127.0.0.1:${port}`, ...headers },
  });
  outgoing.end(body);
  const [message] = (await once(outgoing, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of message) chunks.push(chunk);
  } catch {
    // The body broke off, which `complete` shows.
  }
  const failure = message.headers['plimsoll-failure'];
  return {
    status: message.statusCode ?? 0,
    message,
    body: Buffer.concat(chunks),
    complete: message.complete,
    failure: typeof failure === 'string' ? JSON.parse(failure) : undefined,
  };
}

describe('a proxy before a hostile origin', () => {
  it.each([
    ['GET', 'connection_lost', true],
    ['POST', 'connect_failed', false],
  ])('reports a refused %s as %s, reached: %s', async (method, outcome, reached) => {
    const { status, failure } = await send('/', {
      method,
      port: dead_port,
      body: method === 'GET' ? '' : 'x',
    });
    expect([status, failure]).toEqual([502, { outcome, reached }]);
  });

  it.each(['/reset', '/close', '/garbage', '/half-head'])(
    'reports a POST to %s as lost, and as one that may have been acted on',
    async (path) => {
      const { status, failure } = await send(path, { method: 'POST', body: 'x' });
      expect([status, failure]).toEqual([502, { outcome: 'connection_lost', reached: true }]);
    },
  );

  it.each(['/never', '/late'])('gives up on %s with 504', async (path) => {
    const begun = performance.now();
    const { status, failure } = await send(path, { headers: { 'x-first-byte-ms': '200' } });
    expect([status, failure]).toEqual([504, { outcome: 'timeout', reached: true }]);
    // The origin's late answer comes at 600 ms.
    expect(performance.now() - begun).toBeLessThan(500);
  });

  it('lets a body take longer than the deadline for headers', async () => {
    const { complete, body } = await send('/slow-body', { headers: { 'x-first-byte-ms': '200' } });
    expect([complete, body.toString()]).toEqual([true, 'firstlater']);
  });

  it('passes on half a body as half a body', async () => {
    const { status, complete, body } = await send('/half-body');
    expect([status, complete, body.toString()]).toEqual([200, false, 'half']);
  });

  it('closes the connection to the origin when the gateway gives up', async () => {
    const headers = { 'x-give-up-ms': '150', 'x-first-byte-ms': '30000' };
    expect((await send('/never?abandoned', { headers })).status).toBe(599);
    expect(origin.requests.at(-1)).toMatch(/^GET \/never\?abandoned /);
    for (let tries = 0; tries < 100 && !origin.closed.includes('/never?abandoned'); tries++) await sleep(10);
    expect(origin.closed).toContain('/never?abandoned');
  });

  it('marks a 521 and passes it on', async () => {
    const { status, body, failure } = await send('/521', { method: 'POST', body: 'x' });
    expect([status, body.toString()]).toEqual([521, 'down']);
    expect(failure).toEqual({ outcome: 'connect_failed', reached: false });
  });

  it('still serves the next request', async () => {
    const { status, body, failure } = await send('/');
    expect([status, body.toString(), failure]).toEqual([200, 'ok', undefined]);
  });
});

describe('a proxy passes on', () => {
  it('an answer that follows 103 Early Hints', async () => {
    const { status, body } = await send('/early-hints');
    expect([status, body.toString()]).toEqual([200, 'after hints']);
  });

  it('a redirect, as a redirect', async () => {
    const { status, message } = await send('/redirect');
    expect([status, message.headers.location]).toEqual([302, 'http://elsewhere.example/']);
  });

  it.each(['/gzip', '/gzip-hop'])('the compressed bytes of %s unchanged', async (path) => {
    const { message, body } = await send(path);
    expect(body.equals(GZIPPED)).toBe(true);
    expect(message.headers['content-encoding']).toBe('gzip');
    expect(message.headers['content-length']).toBe(String(GZIPPED.length));
    expect(message.headers['alt-svc']).toBeUndefined();
  });

  it('a HEAD with the length of the body it does not send', async () => {
    const { message, body } = await send('/gzip-hop', { method: 'HEAD' });
    expect([message.headers['content-length'], body.length]).toEqual([String(GZIPPED.length), 0]);
  });

  it('every Set-Cookie, and 60 KB of headers', async () => {
    expect((await send('/cookies')).message.headers['set-cookie']).toEqual(['a=1', 'b=2; Path=/']);
    expect((await send('/big-headers')).message.headers['x-big']?.length).toBeGreaterThan(60_000);
  });

  it('no header of an answer that belongs to the connection, and no failure that an origin claims', async () => {
    const { message, failure } = await send('/hop');
    expect(message.headers['x-kept']).toBe('1');
    for (const name of ['keep-alive', 'alt-svc', 'proxy-authenticate']) {
      expect(message.headers[name]).toBeUndefined();
    }
    expect(failure).toBeUndefined();
  });

  it('the path and query of a request byte for byte, its body, and no forged header', async () => {
    const path = '/a%2Fb//c/%41%7e;d=1,2?x=%zz&y=1?z';
    await send(path, {
      method: 'POST',
      body: 'hello',
      headers: {
        connection: 'x-named, x-forwarded-for',
        'x-named': '1',
        'x-kept': ['1', '2'],
        'x-forwarded-for': '6.6.6.6',
        'x-forwarded-port': '1',
        'plimsoll-failure': 'x',
        'cdn-loop': 'other',
      },
    });
    const [head = '', body] = (origin.requests.at(-1) ?? '').split('\r\n\r\n');
    const [line, ...headers] = head.split('\r\n');
    expect(line).toBe(`POST ${path} HTTP/1.1`);
    expect(body).toBe('hello');
    const names = headers.map((header) => header.toLowerCase());
    expect(names).toEqual(
      expect.arrayContaining([
        'x-kept: 1',
        'x-kept: 2',
        'x-forwarded-for: 2001:db8::1',
        'x-forwarded-host: app.example.com',
        'cdn-loop: plimsoll',
        'via: 1.1 plimsoll',
      ]),
    );
    expect(head).not.toMatch(/6\.6\.6\.6|x-named|x-forwarded-port|plimsoll-/i);
  });

  it('a path with its question mark and an empty query', async () => {
    await send('/a?');
    expect(origin.requests.at(-1)).toMatch(/^GET \/a\? HTTP/);
  });

  it('a WebSocket', async () => {
    // Without a WebSocket library, the test sees only the handshake: the status and the key of the answer.
    const server = createServer().listen(0, '127.0.0.1');
    server.on('upgrade', (incoming, socket) => {
      const accept = createHash('sha1')
        .update(`${incoming.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
        .digest('base64');
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
      );
      // A text frame with 'hi'. Frames of a server are unmasked (RFC 6455 §5.2).
      socket.write(Buffer.from([0x81, 2, 0x68, 0x69]));
      socket.on('error', () => undefined);
    });
    await once(server, 'listening');
    const outgoing = request({
      port: proxy_port,
      host: '127.0.0.1',
      path: '/socket',
      agent: false,
      headers: {
        'x-origin': `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      },
    });
    outgoing.end();
    const [message, socket, head] = await once(outgoing, 'upgrade');
    expect(message.statusCode).toBe(101);
    const first: Buffer = head.length > 0 ? head : (await once(socket, 'data'))[0];
    expect(first.subarray(2).toString()).toBe('hi');
    socket.destroy();
    server.closeAllConnections();
    server.close();
  });
});

it('answers 404 without a ticket', async () => {
  const before = origin.requests.length;
  const { status, body } = await send('/', { headers: { 'x-no-ticket': '1' } });
  expect([status, body.length, origin.requests.length]).toEqual([404, 0, before]);
});

describe('probe', () => {
  /** A placeholder for the dead port, which is not known yet in this table. */
  const DEAD = -1;
  const order: Omit<ProbeOrder, 'port'> = {
    origin: 'pool/origin',
    type: 'http',
    address: '127.0.0.1',
    method: 'GET',
    path: '/',
    headers: {},
    expected_codes: '2xx',
    expected_body: '',
    follow_redirects: false,
    timeout_ms: 300,
  };

  it.each<[Partial<ProbeOrder>, string | undefined]>([
    [{}, undefined],
    [{ type: 'tcp' }, undefined],
    [{ path: '/large', expected_body: 'NEEDLE' }, undefined],
    [{ path: '/gzip', expected_body: 'plimsoll LINE' }, undefined],
    [{ expected_body: 'nowhere' }, 'response_body_mismatch'],
    [{ path: '/503' }, 'response_code_mismatch'],
    [{ path: '/redirect' }, 'response_code_mismatch'],
    [{ path: '/never' }, 'http_timeout'],
    [{ path: '/reset' }, 'connection_reset'],
    [{ path: '/half-body', expected_body: 'whole' }, 'connection_reset'],
    [{ port: DEAD }, 'tcp_connection_failed'],
    [{ type: 'tcp', port: DEAD }, 'tcp_connection_failed'],
  ])('reports for %o: %s', async (change, reason) => {
    const response = await fetch(`http://127.0.0.1:${proxy_port}/probe`, {
      method: 'POST',
      body: JSON.stringify({ ...order, ...change, port: change.port === DEAD ? dead_port : origin.port }),
    });
    const result = (await response.json()) as ProbeResult;
    expect([result.healthy, result.reason]).toEqual([reason === undefined, reason]);
  });
});
