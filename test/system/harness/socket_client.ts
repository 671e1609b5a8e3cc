import { once } from 'node:events';
import { type ClientOptions, WebSocket } from 'ws';

/** The error for an upgrade that was not answered with 101. */
export class RefusedError extends Error {
  readonly status: number;
  readonly body: string;

  constructor(status: number, body: string) {
    super(`the upgrade was answered ${status}`);
    this.name = 'RefusedError';
    this.status = status;
    this.body = body;
  }
}

/**
 * Opens a WebSocket to a gateway.
 * @throws {RefusedError} if the answer is not 101
 */
export function openSocket(
  port: number,
  path: string,
  protocols: string[] = [],
  options: ClientOptions = {},
): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, protocols, options);
    socket.on('open', () => resolve(socket));
    socket.on('error', reject);
    socket.on('unexpected-response', async (_, response) => {
      let body = '';
      for await (const chunk of response) body += String(chunk);
      reject(new RefusedError(response.statusCode ?? 0, body));
    });
  });
}

/** Waits for the next message. */
export async function messageOf(socket: WebSocket): Promise<{ data: Buffer; binary: boolean }> {
  const [data, binary] = (await once(socket, 'message')) as [Buffer, boolean];
  return { data, binary };
}

/** Waits for the next pong. @returns its payload */
export async function pongOf(socket: WebSocket): Promise<string> {
  const [data] = (await once(socket, 'pong')) as [Buffer];
  return data.toString();
}

/** Waits for the close code; 1006: the connection broke off. */
export async function closeOf(socket: WebSocket): Promise<{ code: number; reason: string }> {
  const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
  return { code, reason: reason.toString() };
}
