import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** An HTTP server of the test process, on 127.0.0.1. */
export interface LocalServer {
  port: number;
  server: Server;
  /** Closes it and every connection. Can be called twice. */
  stop(): Promise<void>;
}

/** Starts one. Port 0: a free one that the system chooses. */
export async function listen(handler: RequestListener, port = 0): Promise<LocalServer> {
  // Never the first to close an idle connection: workerd would meet a reset that no test asked for.
  const server = createServer({ keepAliveTimeout: 600_000 }, handler);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { port: (server.address() as AddressInfo).port, server, stop };
}

/** A message's whole body. */
export async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** How a backing service behaves: as it should, with 500 for everything, or without ever answering. */
export type Mode = 'ok' | 'fail' | 'hang';

/** Deals with the modes in which a service does no work. @returns whether it did. */
export function misbehave(mode: Mode, response: ServerResponse): boolean {
  if (mode === 'fail') response.writeHead(500).end('out of order');
  return mode !== 'ok';
}
