import { urlHost } from '../../shared/http/address.ts';
import type { Io } from './env.ts';

/**
 * Whether a TCP connection comes about. It is closed at once, with nothing sent.
 * @param address an IPv6 address with or without brackets; the runtime wants them
 * @param signal aborts when the time is up
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
    // A connection that breaks after we closed it is nobody's error.
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
