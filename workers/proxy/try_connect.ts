import type { Failure } from '../../shared/contracts/carrying.ts';
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

/** Cloudflare's own limit for opening a connection. https://developers.cloudflare.com/fundamentals/reference/connection-limits/ */
const UPLOAD_CONNECT_MS = 19_000;

/**
 * Opens and closes a connection to an origin before a request that must not be repeated. If this fails, nothing was sent, so
 * even a POST may go to the next origin.
 * @param url the origin's URL; only scheme, host and port count
 * @param deadline_ms the attempt's deadline; 0: an upload without one, which may take {@link UPLOAD_CONNECT_MS} to connect
 * @returns undefined if the connection opened
 */
export async function checkConnection(
  url: string,
  deadline_ms: number,
  io: Pick<Io, 'connect'>,
): Promise<Failure | undefined> {
  const { hostname, port, protocol } = new URL(url);
  const seen = await tryConnect(
    { hostname, port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port) },
    // Shorter than the attempt's own deadline, whose failure would not prove that nothing was sent.
    AbortSignal.timeout(deadline_ms === 0 ? UPLOAD_CONNECT_MS : deadline_ms * 0.9),
    io,
  );
  return seen === 'connected' ? undefined : { outcome: 'connect_failed', reached: false };
}
