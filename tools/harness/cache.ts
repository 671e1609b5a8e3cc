import type { ServerResponse } from 'node:http';
import { bodyOf, type LocalServer, listen, type Mode, misbehave } from './http_server.ts';

/** The store of the Cache API, in the test process. It outlives a workerd. */
export interface CacheStandIn extends LocalServer {
  /** Stored responses by URL, as on the wire. */
  entries: Map<string, Buffer>;
  mode: Mode;
}

/**
 * Serves workerd's protocol for the Cache API. The body of a `PUT` is a whole HTTP response. `GET` returns it with
 * `CF-Cache-Status: HIT`, or 504 with `MISS` if it is not stored.
 */
export async function startCache(): Promise<CacheStandIn> {
  const entries = new Map<string, Buffer>();
  const local = await listen(async (request, response) => {
    const url = `${request.headers.host ?? ''}${request.url ?? ''}`;
    const body = await bodyOf(request);
    if (misbehave(cache.mode, response)) return;
    if (request.method === 'PUT') {
      entries.set(url, body);
      response.writeHead(204).end();
      return;
    }
    if (request.method === 'PURGE') {
      response.writeHead(entries.delete(url) ? 200 : 404).end();
      return;
    }
    const stored = entries.get(url);
    if (stored === undefined) response.writeHead(504, { 'cf-cache-status': 'MISS' }).end();
    else replay(stored, response);
  });
  const cache: CacheStandIn = { ...local, entries, mode: 'ok' };
  return cache;
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
