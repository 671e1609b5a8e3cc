import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

/** A WebSocket origin in the test process, on 127.0.0.1. */
export interface SocketOrigin {
  name: string;
  port: number;
  /** Headers of the handshakes that arrived, in order. */
  handshakes: IncomingHttpHeaders[];
  /** The number of open connections. */
  sockets: Set<WebSocket>;
  /** The close codes that it got, by path; 1006: the connection broke off. */
  closes: Map<string, number>;
  /** Pings that arrived. */
  pings: string[];
  stop(): Promise<void>;
}

/** Refused handshakes, by path. */
const REFUSALS: Record<string, string> = {
  '/426': 'HTTP/1.1 426 Upgrade Required\r\nUpgrade: websocket\r\nContent-Length: 12\r\n\r\nnewer please',
  '/403': 'HTTP/1.1 403 Forbidden\r\nContent-Length: 9\r\nX-Reason: origin\r\n\r\nnot yours',
};

/**
 * Starts an origin that echoes messages and speaks the subprotocol `chat`. `/close/CODE` closes with that code after the
 * first message, and `/break` breaks off then. `/426` and `/403` refuse the upgrade.
 */
export async function startSocketOrigin(name = 'sockets'): Promise<SocketOrigin> {
  const server = createServer((_, response) => response.end(`${name}\n`));
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: { threshold: 0 },
    handleProtocols: (offered) => (offered.has('chat') ? 'chat' : false),
    maxPayload: 64 * 1_048_576,
  });
  server.on('upgrade', (request, socket: Socket, head) => {
    const path = request.url ?? '/';
    origin.handshakes.push(request.headers);
    const refusal = REFUSALS[path];
    if (refusal !== undefined) return void socket.end(refusal);
    sockets.handleUpgrade(request, socket, head, (connection) => {
      origin.sockets.add(connection);
      connection.on('error', () => undefined);
      connection.on('ping', (data) => origin.pings.push(data.toString()));
      connection.on('close', (code) => {
        origin.closes.set(path, code);
        origin.sockets.delete(connection);
      });
      connection.on('message', (data, binary) => {
        if (path === '/break') connection.terminate();
        else if (path.startsWith('/close/')) connection.close(Number(path.slice('/close/'.length)), 'done');
        else connection.send(data, { binary });
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin: SocketOrigin = {
    name,
    port: (server.address() as AddressInfo).port,
    handshakes: [],
    sockets: new Set(),
    closes: new Map(),
    pings: [],
    stop: () =>
      new Promise((resolve) => {
        for (const socket of origin.sockets) socket.terminate();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return origin;
}
