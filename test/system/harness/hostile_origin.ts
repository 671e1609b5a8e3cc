import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';

/** A compressible text, which `/gzip` sends. */
export const GZIPPED = gzipSync('The Plimsoll line shows how much load a ship can safely take. '.repeat(200));

/** Faults of an origin, by path. Other paths answer `ok`. */
const BEHAVIOUR: Record<string, (socket: Socket) => void> = {
  '/reset': (socket) => socket.resetAndDestroy(),
  '/close': (socket) => socket.end(),
  '/never': () => undefined,
  '/late': (socket) => setTimeout(() => socket.end(answer('late')), 600),
  '/garbage': (socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n\r\n'),
  '/half-head': (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Le'),
  '/half-body': (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf');
    setTimeout(() => socket.resetAndDestroy(), 100);
  },
  // Longer than what arrives with the headers, so that part of it was passed on and cannot be taken back.
  '/half-long-body': (socket) => {
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n${'h'.repeat(50_000)}`);
    setTimeout(() => socket.resetAndDestroy(), 100);
  },
  '/half-chunked-body': (socket) =>
    socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'),
  '/endless-body': (socket) => {
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n${'e'.repeat(50_000)}`);
  },
  '/slow-body': (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst');
    setTimeout(() => socket.end('later'), 600);
  },
  '/early-hints': (socket) =>
    socket.end(`HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n${answer('after hints')}`),
  '/redirect': (socket) =>
    socket.end('HTTP/1.1 302 Found\r\nLocation: http://elsewhere.example/\r\nContent-Length: 0\r\n\r\n'),
  '/gzip': (socket) => {
    socket.write(`HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${GZIPPED.length}\r\n\r\n`);
    socket.end(GZIPPED);
  },
  '/gzip-hop': (socket) => {
    socket.write(
      `HTTP/1.1 200 OK\r\nAlt-Svc: h3=":443"\r\nContent-Encoding: gzip\r\nContent-Length: ${GZIPPED.length}\r\n\r\n`,
    );
    socket.end(GZIPPED);
  },
  '/cookies': (socket) =>
    socket.end('HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2; Path=/\r\nContent-Length: 0\r\n\r\n'),
  '/hop': (socket) =>
    socket.end(
      'HTTP/1.1 200 OK\r\nConnection: close\r\nKeep-Alive: timeout=5\r\nAlt-Svc: h2=":1"\r\nProxy-Authenticate: Basic\r\nPlimsoll-Failure: {}\r\nX-Kept: 1\r\nContent-Length: 2\r\n\r\nok',
    ),
  '/big-headers': (socket) =>
    socket.end(`HTTP/1.1 200 OK\r\n${`X-Big: ${'b'.repeat(1000)}\r\n`.repeat(60)}Content-Length: 0\r\n\r\n`),
  '/521': (socket) => socket.end('HTTP/1.1 521 Down\r\nContent-Length: 4\r\n\r\ndown'),
  '/503': (socket) => socket.end('HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy'),
  '/large': (socket) => socket.end(answer(`needle${'x'.repeat(200_000)}`)),
};

/** Faults that happen before the body is read. */
const HASTY: Record<string, (socket: Socket) => void> = {
  '/hasty-reset': (socket) => socket.resetAndDestroy(),
  '/hasty-close': (socket) => socket.end(),
  '/hasty-413': (socket) =>
    socket.end('HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 8\r\n\r\ntoo long'),
};

/** Answers as bytes (Latin-1). */
export function answerPath(bytes: string): string {
  return `${ANSWER}${Buffer.from(bytes, 'latin1').toString('base64url')}`;
}

const ANSWER = '/answer/';

function answer(body: string): string {
  return `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

/** A server that misbehaves as the path says and records its requests. */
export class HostileOrigin {
  /** Head and body of each request, in Latin-1. */
  readonly requests: string[] = [];
  /** Targets of requests whose connections are closed by now. */
  readonly closed: string[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor() {
    this.#server = createServer((socket) => this.#serve(socket));
  }

  /** Starts on a free port. */
  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #serve(socket: Socket): void {
    let received = '';
    let target = '';
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (target !== '') this.closed.push(target);
      this.#sockets.delete(socket);
    });
    socket.on('data', (data) => {
      received += data.toString('latin1');
      const end = received.indexOf('\r\n\r\n');
      if (end === -1 || target !== '') return;
      const path = received.split(' ')[1]?.split('?', 1)[0] ?? '/';
      const hasty = HASTY[path];
      if (hasty !== undefined) {
        target = path;
        this.requests.push(received);
        hasty(socket);
        return;
      }
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(received.slice(0, end))?.[1] ?? 0);
      if (received.length < end + 4 + length) return;
      this.requests.push(received);
      target = received.split(' ')[1] ?? '/';
      if (target.startsWith(ANSWER)) {
        socket.end(Buffer.from(target.slice(ANSWER.length), 'base64url'));
        return;
      }
      const behave = BEHAVIOUR[target.split('?', 1)[0] ?? ''] ?? ((other: Socket) => other.end(answer('ok')));
      behave(socket);
    });
  }
}
