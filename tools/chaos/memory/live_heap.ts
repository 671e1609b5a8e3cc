import { WebSocket } from 'ws';

/** Longest wait for an answer. A stopped process does not answer. */
const PATIENCE_MS = 2_000;

/**
 * Collects the garbage of a Worker's isolate and measures what is left: the JavaScript heap, the runtime's own objects
 * behind it, and the buffers of both. Needs a workerd with an inspector port and `--expose-gc`.
 *
 * @param port inspector port, which speaks the Chrome DevTools protocol over WebSocket
 * @returns bytes; undefined if the process does not answer
 */
export async function liveHeapBytes(port: number, worker: string): Promise<number | undefined> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/${worker}`, { handshakeTimeout: PATIENCE_MS });
  const timer = setTimeout(() => socket.terminate(), PATIENCE_MS);
  try {
    return await askHeap(socket);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
    socket.terminate();
  }
}

/** A message of the protocol, with the fields that are read here. */
interface Message {
  id?: number;
  method?: string;
  params?: { context?: { id: number } };
  result?: { usedSize?: number; embedderHeapUsedSize?: number; backingStorageSize?: number };
}

function askHeap(socket: WebSocket): Promise<number | undefined> {
  const ask = (id: number, method: string, params = {}) =>
    socket.send(JSON.stringify({ id, method, params }));
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('no answer')));
    socket.on('open', () => ask(1, 'Runtime.enable'));
    socket.on('message', (data) => {
      const { id, method, params, result } = JSON.parse(data.toString()) as Message;
      if (method === 'Runtime.executionContextCreated')
        ask(2, 'Runtime.evaluate', { expression: 'gc(), 0', contextId: params?.context?.id });
      if (id === 2) ask(3, 'Runtime.getHeapUsage');
      if (id !== 3) return;
      const { usedSize, embedderHeapUsedSize = 0, backingStorageSize = 0 } = result ?? {};
      resolve(usedSize === undefined ? undefined : usedSize + embedderHeapUsedSize + backingStorageSize);
    });
  });
}
