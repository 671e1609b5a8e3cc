import { urlHost } from '../../shared/http/address.ts';
import type { Io } from './env.ts';

/**
 * Opens a TCP connection and closes it at once. Sends nothing.
 * @param address an IPv6 address may have brackets or not; the runtime requires them
 * @param signal aborts at the deadline
 * @returns never rejects
 */
export async function tryConnect(
  address: SocketAddress,
  signal: AbortSignal,
  io: Pick<Io, 'connect'>,
): Promise<'connected' | 'refused' | 'timeout'> {
  let socket: Socket | undefined;
  try {
    socket = io.connect({ ...address, hostname: urlHost(address.hostname) });
    // A connection that breaks after it was closed here is not an error.
    socket.closed.catch(() => undefined);
    const timed_out = new Promise<'timeout'>((resolve) => {
      if (signal.aborted) resolve('timeout');
      else signal.addEventListener('abort', () => resolve('timeout'), { once: true });
    });
    return await Promise.race([socket.opened.then(() => 'connected' as const), timed_out]);
  } catch {
    return 'refused';
  } finally {
    socket?.close().catch(() => undefined);
  }
}
