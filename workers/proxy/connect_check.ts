import type { Failure } from '../../shared/contracts/carrying.ts';
import type { ProxyIo } from './env.ts';
import { tryConnect } from './try_connect.ts';

/**
 * Opens and closes a connection to an origin before a request that must not be repeated. If that fails, nothing
 * was sent, and even a POST may go to the next origin.
 * @param url the origin's, of which scheme, host and port count
 * @param signal the attempt's deadline
 */
export async function checkConnection(
  url: string,
  signal: AbortSignal,
  io: Pick<ProxyIo, 'connect'>,
): Promise<Failure | undefined> {
  const { hostname, port, protocol } = new URL(url);
  const seen = await tryConnect(
    { hostname, port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port) },
    signal,
    io,
  );
  return seen === 'connected' ? undefined : { outcome: 'connect_failed', reached: false };
}
