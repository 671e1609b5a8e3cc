import type { Failure } from '../../shared/contracts/carrying.ts';
import type { Io } from './env.ts';
import { tryConnect } from './try_connect.ts';

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
