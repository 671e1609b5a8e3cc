import type { ServerResponse } from 'node:http';
import { bodyOf, type LocalServer, listen, type Mode, misbehave } from './http_server.ts';

/** Stored responses by URL, as on the wire. */
export type CacheEntries = Map<string, { response: Buffer; expires_at: number }>;

/** The store of the Cache API, in the test process. It outlives a workerd. */
export interface CacheStandIn extends LocalServer {
  /** One that has expired is deleted when it is looked up. */
  entries: CacheEntries;
  /** Look-ups since the start. */
  reads: number;
  /** Stored responses since the start. */
  writes: number;
  /** `empty`: it keeps nothing, and begins by losing what it had. `stale`: entries do not expire. */
  mode: Mode | 'empty' | 'stale';
}

/**
 * Serves workerd's protocol for the Cache API. The body of a `PUT` is a whole HTTP response. `GET` returns it with
 * `CF-Cache-Status: HIT`, or 504 with `MISS` if it is not stored or older than its `max-age`. Without `max-age`, it stays.
 *
 * @param now milliseconds since the epoch
 * @param entries those of another stand-in, to share them with it
 */
export async function startCache(
  now: () => number = Date.now,
  entries: CacheEntries = new Map(),
): Promise<CacheStandIn> {
  const local = await listen(async (request, response) => {
    const url = `${request.headers.host ?? ''}${request.url ?? ''}`;
    const body = await bodyOf(request);
    const { mode } = cache;
    if (mode === 'empty') entries.clear();
    else if (mode !== 'stale' && misbehave(mode, response)) return;
    if (request.method === 'PUT') {
      cache.writes++;
      if (mode !== 'empty') entries.set(url, { response: body, expires_at: now() + lifetimeMs(body) });
      response.writeHead(204).end();
      return;
    }
    if (request.method === 'PURGE') {
      response.writeHead(entries.delete(url) ? 200 : 404).end();
      return;
    }
    cache.reads++;
    const entry = entries.get(url);
    if (entry !== undefined && (mode === 'stale' || entry.expires_at > now()))
      return replay(entry.response, response);
    entries.delete(url);
    response.writeHead(504, { 'cf-cache-status': 'MISS' }).end();
  });
  const cache: CacheStandIn = { ...local, entries, reads: 0, writes: 0, mode: 'ok' };
  return cache;
}

/** How long a response may be served, by its `max-age`. Infinity if it has none. */
function lifetimeMs(stored: Buffer): number {
  const head = stored.subarray(0, stored.indexOf('\r\n\r\n')).toString('latin1');
  const seconds = /^cache-control:.*\bmax-age=(\d+)/im.exec(head)?.[1];
  return seconds === undefined ? Number.POSITIVE_INFINITY : Number(seconds) * 1_000;
}

function replay(stored: Buffer, response: ServerResponse): void {
  const end = stored.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = stored.subarray(0, end).toString('latin1').split('\r\n');
  const headers: Record<string, string> = { 'cf-cache-status': 'HIT' };
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const chunked = headers['transfer-encoding'] === 'chunked';
  delete headers['transfer-encoding'];
  const body = stored.subarray(end + 4);
  response.writeHead(Number(statusLine.split(' ')[1]), headers).end(chunked ? unchunk(body) : body);
}

function unchunk(body: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const line = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.subarray(at, line).toString('latin1'), 16);
    if (!(size > 0)) return Buffer.concat(parts);
    parts.push(body.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
}
