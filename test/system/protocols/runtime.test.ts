import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configFor } from '../../../tools/harness/config.ts';
import { HostileOrigin } from '../harness/hostile_origin.ts';
import { type Plimsoll, startPlimsoll } from '../harness/plimsoll.ts';
import { open } from '../harness/raw_client.ts';

// Behaviour of plain workerd that docs/limits.md describes. If a test here fails, the runtime has changed, and that page has
// to change too.

const origin = new HostileOrigin();
let plimsoll: Plimsoll;
beforeAll(async () => {
  await origin.listen();
  plimsoll = await startPlimsoll({ config: configFor([{ name: 'origin', port: origin.port }]) });
});
afterAll(async () => {
  await plimsoll?.stop();
  origin.close();
});

/** Sends a request line. @returns the status of the answer, and the request target that the origin got */
async function ask(method: string, target: string): Promise<{ status: number; got: string | undefined }> {
  const before = origin.requests.length;
  const { answer } = open(
    plimsoll.port,
    `${method} ${target} HTTP/1.1\r\nHost: r.test\r\nConnection: close\r\n\r\n`,
  );
  const { status } = await answer;
  return { status, got: origin.requests[before]?.split(' ')[1] };
}

/** Every printable character except letters and digits. */
const CHARACTERS = Array.from({ length: 0x7f - 0x20 }, (_, i) => String.fromCharCode(0x20 + i)).filter(
  (character) => !/[A-Za-z0-9]/.test(character),
);

describe('characters of a URL', () => {
  it.each([
    [
      'path',
      (c: string) => `/a${c}b`,
      { '"': '/a%22b', '^': '/a%5Eb', '{': '/a%7Bb', '}': '/a%7Db' },
      ' <>`',
    ],
    ['query', (c: string) => `/a?x${c}y`, { "'": '/a?x%27y' }, ' "<>'],
  ])('arrive unchanged in a %s, with these exceptions', async (part, targetOf, rewritten, refused) => {
    for (const character of CHARACTERS) {
      const target = targetOf(character);
      const { status, got } = await ask('GET', target);
      if (refused.includes(character)) expect([character, status]).toEqual([character, 400]);
      else if (character === '#') expect(got).toBe(target.slice(0, target.indexOf('#')));
      else if (character === '\\' && part === 'path') expect(got).toBe('/a/b');
      else expect(got).toBe((rewritten as Record<string, string>)[character] ?? target);
    }
  });
});

describe('methods', () => {
  const KNOWN = [
    ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE', 'QUERY', 'PURGE', 'BAN'],
    ['ACL', 'CHECKOUT', 'COPY', 'LOCK', 'MERGE', 'MKACTIVITY', 'MKCOL', 'MOVE', 'PROPFIND', 'PROPPATCH'],
    ['REPORT', 'SEARCH', 'UNLOCK', 'NOTIFY', 'SUBSCRIBE', 'UNSUBSCRIBE'],
  ].flat();

  it.each(KNOWN)('include %s', async (method) => {
    expect(await ask(method, '/x')).toEqual({ status: 200, got: '/x' });
  });

  it.each(
    [
      ['BASELINE-CONTROL', 'BIND', 'CHECKIN', 'LABEL', 'LINK', 'MKCALENDAR', 'MKREDIRECTREF', 'MKWORKSPACE'],
      ['ORDERPATCH', 'PRI', 'REBIND', 'UNBIND', 'UNCHECKOUT', 'UNLINK', 'UPDATE', 'UPDATEREDIRECTREF'],
      ['VERSION-CONTROL', 'M-SEARCH', 'SOURCE', 'REFRESH', 'get', 'patch', 'FOO'],
    ].flat(),
  )('do not include %s, which is answered 501 before any Worker sees it', async (method) => {
    expect(await ask(method, '/x')).toEqual({ status: 501, got: undefined });
  });
});

describe('an answer that comes during the upload', () => {
  const EARLY = 'HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 8\r\n\r\ntoo long';
  let early: TcpServer;
  let gateway: Plimsoll;
  beforeAll(async () => {
    early = createTcpServer((socket) => {
      let answered = false;
      socket.on('error', () => undefined);
      socket.on('data', (data) => {
        if (answered) return;
        answered = true;
        if (data.includes('PUT /ends')) socket.end(EARLY);
        else socket.write(EARLY);
      });
    });
    await new Promise<void>((resolve) => early.listen(0, '127.0.0.1', resolve));
    const { port } = early.address() as AddressInfo;
    gateway = await startPlimsoll({ config: configFor([{ name: 'early', port }]) });
  });
  afterAll(async () => {
    await gateway?.stop();
    early?.close();
  });

  it.each(['/reads-on', '/ends'])('arrives from an origin that reads the rest (%s)', async (path) => {
    const body = 'u'.repeat(2_000_000);
    const { answer } = open(
      gateway.port,
      `PUT ${path} HTTP/1.1\r\nHost: r.test\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    expect(await answer).toMatchObject({ status: 413, body: 'too long' });
  });
});

describe('a single origin that closes idle connections', () => {
  /** Answers the first request on a connection, and resets the connection when the second one comes. */
  let origin: Server;
  let port: number;
  beforeAll(async () => {
    const asked = new WeakSet<object>();
    origin = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
      if (asked.has(request.socket)) return void request.socket.resetAndDestroy();
      asked.add(request.socket);
      response.end('ok');
    });
    await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
    port = (origin.address() as AddressInfo).port;
  });
  afterAll(() => origin?.close());

  it.each([
    [true, [200, 200, 200, 200]],
    [false, [200, 503, 200, 503]],
  ])('with same_origin %s, answers consecutive GETs with %j', async (same_origin, expected) => {
    const gateway = await startPlimsoll({
      config: configFor([{ name: 'single', port }], {
        balancer: { retry: { attempts: 2, same_origin } },
        pool: { outlier_detection: { enabled: false } },
      }),
    });
    const statuses: number[] = [];
    for (let i = 0; i < expected.length; i++) {
      const { status } = await open(
        gateway.port,
        'GET / HTTP/1.1\r\nHost: r.test\r\nConnection: close\r\n\r\n',
      ).answer;
      statuses.push(status);
      // Give the connection time to return to the runtime's pool.
      await sleep(20);
    }
    await gateway.stop();
    expect(statuses).toEqual(expected);
  });
});
