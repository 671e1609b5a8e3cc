import { connect, type Socket } from 'node:net';

/** All that came back on a connection. */
export interface RawAnswer {
  /** 0 if no status line came. */
  status: number;
  /** Status line and headers. */
  head: string;
  /** As it stood on the wire: a chunked body with its chunk headers. */
  body: string;
  /** How the connection ended: closed by whomever, or still open when the time was over. */
  ended: 'closed' | 'timeout';
  /** From the first byte sent to the end. */
  ms: number;
}

/** A connection on which a test writes what it likes. */
export interface RawConnection {
  socket: Socket;
  /** What has come so far, in Latin-1. */
  received(): string;
  /** When the connection has ended, or its time is over. Never rejects. */
  answer: Promise<RawAnswer>;
}

/** Connects to 127.0.0.1, writes `text` (Latin-1) and leaves the connection open. */
export function open(port: number, text: string, timeout_ms = 5_000): RawConnection {
  const begun = performance.now();
  const socket = connect(port, '127.0.0.1');
  let received = '';
  let ended: RawAnswer['ended'] = 'closed';
  socket.setEncoding('latin1');
  socket.on('data', (data: string) => {
    received += data;
  });
  // A reset is one way to end a connection.
  socket.on('error', () => undefined);
  const timer = setTimeout(() => {
    ended = 'timeout';
    socket.destroy();
  }, timeout_ms);
  socket.write(text, 'latin1');
  const answer = new Promise<RawAnswer>((resolve) => {
    socket.once('close', () => {
      clearTimeout(timer);
      const [head = '', ...rest] = received.split('\r\n\r\n');
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0);
      resolve({ status, head, body: rest.join('\r\n\r\n'), ended, ms: performance.now() - begun });
    });
  });
  return { socket, received: () => received, answer };
}

/** One request on a connection of its own. @param lines request line and headers; none of them is added but `Connection` */
export function send(port: number, lines: readonly string[], body = ''): Promise<RawAnswer> {
  return open(port, `${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n${body}`).answer;
}
