import { connect, type Socket } from 'node:net';

/** Everything that came back on a connection. */
export interface RawAnswer {
  /** 0: there was no status line. */
  status: number;
  /** Status line and headers. */
  head: string;
  /** As on the wire, so a chunked body has its chunk headers. */
  body: string;
  /** Whether the connection was closed, or still open when the time was over. */
  ended: 'closed' | 'timeout';
  /** The time from the first byte sent to the end. */
  ms: number;
}

/** A connection on which a test can write any bytes. */
export interface RawConnection {
  socket: Socket;
  /** Everything received so far, in Latin-1. */
  received(): string;
  /** Resolves when the connection has ended, or its time is over. It never rejects. */
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
  // A reset is a regular end of a connection here.
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

/** Sends a request on its own connection. @param lines request line and headers. Only `Connection` is added to them */
export function send(port: number, lines: readonly string[], body = ''): Promise<RawAnswer> {
  return open(port, `${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n${body}`).answer;
}
