import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** An HTTP server in the test process, on 127.0.0.1. */
export interface LocalServer {
  port: number;
  server: Server;
  /** Closes it and every connection. It may be called twice. */
  stop(): Promise<void>;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown;

/** Starts a server. Port 0: the system chooses a free one. */
export async function listen(handler: Handler, port = 0): Promise<LocalServer> {
  // Never close an idle connection first. Otherwise workerd would meet a reset that no test asked for.
  const server = createServer({ keepAliveTimeout: 600_000 }, async (request, response) => {
    try {
      await handler(request, response);
    } catch (error) {
      // The process that sent the request was killed during its upload.
      if (!(request.destroyed && (error as NodeJS.ErrnoException).code === 'ECONNRESET')) throw error;
    }
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      // `closeAllConnections` leaves out those that became WebSockets, and `close` would wait for them.
      for (const socket of sockets) socket.destroy();
    });
  return { port: (server.address() as AddressInfo).port, server, stop };
}

/** Reads the whole body of a message. */
export async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** How a backing service behaves: it works, answers 500 to everything, or never answers. */
export type Mode = 'ok' | 'fail' | 'hang';

/** Handles a request in a mode in which the service does not work. @returns whether it did */
export function misbehave(mode: Mode, response: ServerResponse): boolean {
  if (mode === 'fail') response.writeHead(500).end('out of order');
  return mode !== 'ok';
}
