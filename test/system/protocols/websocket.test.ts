import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configFor, documentOf, POOL } from '../../../tools/harness/config.ts';
import { eventually } from '../harness/eventually.ts';
import { type Plimsoll, startPlimsoll } from '../harness/plimsoll.ts';
import { closeOf, messageOf, openSocket, pongOf } from '../harness/socket_client.ts';
import { type SocketOrigin, startSocketOrigin } from '../harness/socket_origin.ts';

const FIRST_BYTE_MS = 500;

let origin: SocketOrigin;
let plimsoll: Plimsoll;
beforeAll(async () => {
  origin = await startSocketOrigin();
  plimsoll = await startPlimsoll({ config: configFor([origin]) });
});
afterAll(async () => {
  await plimsoll?.stop();
  await origin?.stop();
});

const open = (path: string, ...more: [protocols?: string[], options?: object]) =>
  openSocket(plimsoll.port, path, ...more);

/** Waits for the close code that the origin got for a path. */
const closeAtOrigin = (path: string) => eventually(() => origin.closes.get(path));

/** Waits for the data point of a request for a path. */
const pointOf = (path: string) => eventually(() => plimsoll.points.find((point) => point.path === path));

describe('a WebSocket through gateway and proxy', () => {
  it.each([
    ['compressed', true],
    ['not compressed', false],
  ])('(%s) carries text and bytes unchanged, up to 16 MiB per message', async (_, compressed) => {
    const socket = await open('/echo', [], { perMessageDeflate: compressed });
    const messages = [
      'ahoy',
      '',
      'naïve ☸ 𝕡',
      Buffer.from([0, 1, 254, 255]),
      Buffer.alloc(1_048_576, 'MiB'),
      Buffer.alloc(16 * 1_048_576, 'large'),
    ];
    for (const message of messages) {
      const echo = messageOf(socket);
      socket.send(message);
      const { data, binary } = await echo;
      expect(binary).toBe(typeof message !== 'string');
      expect(data.equals(Buffer.from(message as string))).toBe(true);
    }
    socket.terminate();
  });

  it('negotiates subprotocol and compression with the origin', async () => {
    const socket = await open('/echo', ['other', 'chat']);
    expect([socket.protocol, socket.extensions]).toEqual(['chat', 'permessage-deflate']);
    const { 'sec-websocket-protocol': protocols, 'sec-websocket-version': version } =
      origin.handshakes.at(-1) ?? {};
    expect([protocols?.split(/, ?/), version]).toEqual([['other', 'chat'], '13']);
    socket.terminate();

    const plain = await open('/echo', [], { perMessageDeflate: false });
    expect([plain.protocol, plain.extensions]).toEqual(['', '']);
    expect(origin.handshakes.at(-1)?.['sec-websocket-extensions']).toBeUndefined();
    plain.terminate();
  });

  it('passes on the headers of the handshake: cookies, Origin, the client’s address', async () => {
    const socket = await open('/echo?a=%20b', [], {
      origin: 'https://page.example.com',
      headers: { cookie: 'session=1', 'cf-connecting-ip': '192.0.2.7', 'x-forwarded-for': '6.6.6.6' },
    });
    expect(origin.handshakes.at(-1)).toMatchObject({
      cookie: 'session=1',
      origin: 'https://page.example.com',
      'x-forwarded-for': '192.0.2.7',
      upgrade: 'websocket',
    });
    socket.terminate();
  });

  it('passes pings and pongs from end to end, with their payload', async () => {
    const socket = await open('/echo');
    const pong = pongOf(socket);
    socket.ping('from the client');
    expect(await pong).toBe('from the client');
    expect(origin.pings).toContain('from the client');
    const [other] = origin.sockets;
    if (other === undefined) throw new Error('no connection at the origin');
    const answer = pongOf(other);
    other.ping('from the origin');
    expect(await answer).toBe('from the origin');
    socket.terminate();
  });

  it.each([1000, 1001, 1011, 3000, 4000, 4999])(
    "brings the client's close code %d to the origin",
    async (code) => {
      const socket = await open(`/closed/${code}`);
      const closed = closeOf(socket);
      socket.close(code, 'enough');
      expect(await closed).toEqual({ code, reason: 'enough' });
      expect(await closeAtOrigin(`/closed/${code}`)).toBe(code);
    },
  );

  it.each([1000, 1001, 1011, 3000, 4000, 4999])(
    "brings the origin's close code %d to the client",
    async (code) => {
      const socket = await open(`/close/${code}`);
      const closed = closeOf(socket);
      socket.send('now');
      expect(await closed).toEqual({ code, reason: 'done' });
    },
  );

  it('shows the client that the origin broke off the connection (1006)', async () => {
    const socket = await open('/break');
    const closed = closeOf(socket);
    socket.send('now');
    expect(await closed).toEqual({ code: 1006, reason: '' });
  });

  it.each<[string, (socket: Awaited<ReturnType<typeof openSocket>>) => void]>([
    ['/resets', (socket) => socket.terminate()],
    ['/half-open', (socket) => void Reflect.get(socket, '_socket').end()],
  ])('closes the connection to the origin when the client leaves: %s', async (path, leave) => {
    const socket = await open(path);
    leave(socket);
    expect(await closeAtOrigin(path)).toBe(1006);
    socket.terminate();
  });

  it.each([
    ['/426', 426, 'newer please'],
    ['/403', 403, 'not yours'],
  ])('passes on the answer of an origin that refuses it with %s', async (path, status, body) => {
    await expect(open(path)).rejects.toMatchObject({ status, body });
    expect(await pointOf(path)).toMatchObject({ status, outcome: 'ok', attempts: 1 });
  });

  it('has its data point when it is accepted, and is no longer in flight then', async () => {
    const sockets = [await open('/echo/1'), await open('/echo/2')];
    for (const path of ['/echo/1', '/echo/2'])
      expect(await pointOf(path)).toMatchObject({ status: 101, outcome: 'ok', inflight: 0 });
    for (const socket of sockets) socket.terminate();
  });

  it('stays open when a configuration without its origin is published', async () => {
    const socket = await open('/echo');
    plimsoll.kv.publish(documentOf(configFor([{ name: 'gone', port: 1 }]), 2));
    await eventually(async () => (await fetch(plimsoll.url)).status === 503);
    const echo = messageOf(socket);
    socket.send('still here');
    expect((await echo).data.toString()).toBe('still here');
    socket.terminate();
  });
});

describe('a WebSocket whose origin cannot take it', () => {
  it.each<[string, (port: number) => Promise<{ port: number; stop: () => void }>, string]>([
    ['is not there', async () => ({ port: 1, stop: () => undefined }), 'connection_lost'],
    ['never answers', silent, 'timeout'],
  ])('goes to the next origin when the first %s', async (_, start, retry_reason) => {
    const first = await start(0);
    const failing = await startPlimsoll({
      config: configFor([{ name: 'first', port: first.port }, origin], {
        balancer: { timeouts: { first_byte_ms: FIRST_BYTE_MS } },
        pool: { origin_steering: { policy: 'off' } },
      }),
    });
    try {
      const socket = await openSocket(failing.port, '/echo');
      const echo = messageOf(socket);
      socket.send('still here');
      expect((await echo).data.toString()).toBe('still here');
      socket.terminate();
      const [point] = await failing.pointsWritten(1);
      expect(point).toMatchObject({
        status: 101,
        attempts: 2,
        retry_reason,
        failed_origins: `${POOL}/first`,
      });
    } finally {
      await failing.stop();
      first.stop();
    }
  });
});

/** Accepts connections and says nothing. */
async function silent(): Promise<{ port: number; stop: () => void }> {
  const server = createServer((socket) => socket.on('error', () => undefined));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { port: typeof address === 'object' ? (address?.port ?? 0) : 0, stop: () => server.close() };
}
