import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configFor } from '../../../tools/harness/config.ts';
import { answerPath, HostileOrigin } from '../harness/hostile_origin.ts';
import { type Plimsoll, startPlimsoll } from '../harness/plimsoll.ts';
import { open, type RawAnswer } from '../harness/raw_client.ts';

// HTTP messages as bytes. The origin records what it gets.

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

/** Sends a request that the origin answers with these bytes. */
async function exchange(
  answer: string,
  method = 'GET',
  headers: string[] = [],
  body = '',
): Promise<RawAnswer> {
  const lines = [`${method} ${answerPath(answer)} HTTP/1.1`, 'Host: m.test', 'Connection: close', ...headers];
  return open(plimsoll.port, `${lines.join('\r\n')}\r\n\r\n${body}`).answer;
}

const arrived = () => origin.requests.at(-1) ?? '';

describe('Expect: 100-continue', () => {
  it.each([5, 200_000])(
    'is answered by the gateway for a body of %d bytes, and the request arrives whole',
    async (length) => {
      const { socket, received, answer } = open(
        plimsoll.port,
        `PUT ${answerPath('HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n')} HTTP/1.1\r\nHost: m.test\r\n` +
          `Expect: 100-continue\r\nContent-Length: ${length}\r\nConnection: close\r\n\r\n`,
      );
      while (!received().includes('\r\n\r\n')) await once(socket, 'data');
      expect(received()).toBe('HTTP/1.1 100 Continue\r\n\r\n');
      socket.write('u'.repeat(length));
      expect((await answer).body).toMatch(/^HTTP\/1\.1 201 /);
      expect(arrived().length).toBeGreaterThan(length);
    },
  );
});

describe('answers without a body', () => {
  it.each([
    ['204', 'HTTP/1.1 204 No Content\r\nX-A: 1\r\n\r\n', 'DELETE'],
    ['205', 'HTTP/1.1 205 Reset Content\r\nX-A: 1\r\nContent-Length: 0\r\n\r\n', 'POST'],
    ['304', 'HTTP/1.1 304 Not Modified\r\nX-A: 1\r\nETag: "x"\r\n\r\n', 'GET'],
    ['304 with a length', 'HTTP/1.1 304 Not Modified\r\nX-A: 1\r\nContent-Length: 1234\r\n\r\n', 'GET'],
  ])('are passed on: %s', async (_, answer, method) => {
    const { status, head, body, ended } = await exchange(answer, method);
    expect([status, body, ended]).toEqual([Number(answer.slice(9, 12)), '', 'closed']);
    expect(head).toMatch(/\r\nX-A: 1/i);
  });

  it.each([
    ['with a length', 'Content-Length: 12345678', /\r\ncontent-length: 12345678/i],
    ['in chunks', 'Transfer-Encoding: chunked', /^HTTP\/1\.1 200 OK\r\nETag/],
  ])('are passed on for a HEAD of an answer %s', async (_, framing, head) => {
    const got = await exchange(`HTTP/1.1 200 OK\r\nETag: "x"\r\n${framing}\r\n\r\n`, 'HEAD');
    expect([got.status, got.body, got.ended]).toEqual([200, '', 'closed']);
    expect(got.head).toMatch(head);
    expect(arrived()).toMatch(/^HEAD /);
  });

  it('are not preceded by 1xx answers, which end at the proxy', async () => {
    const interim = 'HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n';
    const { head, body } = await exchange(`${interim}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok`);
    expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(`${head}${body}`).not.toMatch(/10[23]|a\.css/);
    expect(body).toBe('ok');
  });
});

describe('range and conditional requests', () => {
  it.each([
    [
      'Range: bytes=2-4',
      'HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 2-4/10\r\nContent-Length: 3\r\n\r\ncde',
    ],
    [
      'Range: bytes=0-0,-1',
      'HTTP/1.1 206 Partial Content\r\nContent-Type: multipart/byteranges; boundary=b\r\nContent-Length: 2\r\n\r\n--',
    ],
    [
      'Range: bytes=100-',
      'HTTP/1.1 416 Range Not Satisfiable\r\nContent-Range: bytes */10\r\nContent-Length: 0\r\n\r\n',
    ],
    ['If-Range: "x"', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'],
    ['If-None-Match: W/"x", "y"', 'HTTP/1.1 304 Not Modified\r\nETag: W/"x"\r\n\r\n'],
    ['If-Modified-Since: Tue, 03 Nov 2026 08:00:00 GMT', 'HTTP/1.1 304 Not Modified\r\n\r\n'],
    ['If-Match: "z"', 'HTTP/1.1 412 Precondition Failed\r\nContent-Length: 0\r\n\r\n'],
    [
      'Accept-Encoding: br;q=1.0, zstd, *;q=0',
      'HTTP/1.1 200 OK\r\nVary: Accept-Encoding\r\nContent-Length: 2\r\n\r\nok',
    ],
  ])('pass %s to the origin and its answer back', async (header, answer) => {
    const { head, body } = await exchange(answer, 'GET', [header]);
    expect(arrived()).toContain(`\r\n${header}\r\n`);
    const [lines = '', expected] = answer.split('\r\n\r\n');
    for (const line of lines.split('\r\n')) expect(head.toLowerCase()).toContain(line.toLowerCase());
    expect(body).toBe(expected);
  });
});

describe('encoded bodies', () => {
  // These bytes are not a valid stream of any encoding, so that decoding them on the way would fail.
  const BYTES = `\x1f\x8b\x08\0\xff\0\r\n0\r\n\r\n${'\xfe'.repeat(20_000)}`;

  it.each(
    ['gzip', 'br', 'zstd', 'deflate', 'identity', 'gzip, br'].flatMap((encoding) => [
      [encoding, 'with its length'] as const,
      [encoding, 'in chunks'] as const,
    ]),
  )('keep every byte: %s, %s', async (encoding, framing) => {
    const body =
      framing === 'in chunks'
        ? `Transfer-Encoding: chunked\r\n\r\n${BYTES.length.toString(16)}\r\n${BYTES}\r\n0\r\n\r\n`
        : `Content-Length: ${BYTES.length}\r\n\r\n${BYTES}`;
    const got = await exchange(`HTTP/1.1 200 OK\r\nContent-Encoding: ${encoding}\r\n${body}`);
    expect(got.head).toMatch(new RegExp(`\\r\\ncontent-encoding: ${encoding}`, 'i'));
    if (framing === 'in chunks') expect(unchunked(got.body)).toBe(BYTES);
    else {
      expect(got.head).toMatch(new RegExp(`\\r\\ncontent-length: ${BYTES.length}`, 'i'));
      expect(got.body).toBe(BYTES);
    }
  });

  it('keep every byte of a compressed request', async () => {
    const small = BYTES.slice(0, 1_000);
    await exchange(
      'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
      'POST',
      ['Content-Encoding: gzip', `Content-Length: ${small.length}`],
      small,
    );
    expect(arrived().endsWith(`\r\n\r\n${small}`)).toBe(true);
  });

  it.each([
    // A message of one byte, then a frame with trailers (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md).
    ['application/grpc-web+proto', '\0\0\0\0\x01a\x80\0\0\0\x0fgrpc-status:0\r\n'],
    ['application/grpc-web-text', 'AAAAAAFhgAAAAA9ncnBjLXN0YXR1czowDQo='],
  ])('keep every byte of %s, with the trailers in its body', async (type, message) => {
    const got = await exchange(
      `HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\nContent-Length: ${message.length}\r\n\r\n${message}`,
      'POST',
      [`Content-Type: ${type}`, 'X-Grpc-Web: 1', `Content-Length: ${message.length}`],
      message,
    );
    expect(arrived().endsWith(`\r\n\r\n${message}`)).toBe(true);
    expect([got.status, got.body]).toEqual([200, message]);
  });
});

describe('the platform (docs/limits.md)', () => {
  it('drops trailers, in either direction', async () => {
    const got = await exchange(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n',
      'POST',
      ['Transfer-Encoding: chunked', 'Trailer: X-Sum', 'TE: trailers'],
      '5\r\nhello\r\n0\r\nX-Sum: 2\r\n\r\n',
    );
    expect(unchunked(got.body)).toBe('ok');
    expect(`${got.head}${got.body}${arrived()}`).not.toMatch(/x-sum/i);
  });

  it('passes on the reason phrase, and answers an HTTP/1.0 client with HTTP/1.0', async () => {
    expect((await exchange('HTTP/1.1 200 Fine By Me\r\nContent-Length: 0\r\n\r\n')).head).toMatch(
      /^HTTP\/1\.1 200 Fine By Me/,
    );
    const { answer, received } = open(plimsoll.port, 'GET / HTTP/1.0\r\nHost: m.test\r\n\r\n');
    await answer;
    expect(received()).toMatch(/^HTTP\/1\.0 200 OK\r\n/);
    expect(arrived()).toMatch(/^GET \/ HTTP\/1\.1\r\n/);
  });
});

/** Returns the content of a chunked body. */
function unchunked(body: string): string {
  let [content, at] = ['', 0];
  for (;;) {
    const end = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.slice(at, end), 16);
    if (!(size > 0)) return content;
    content += body.slice(end + 2, end + 2 + size);
    at = end + 4 + size;
  }
}
