import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { KvStore } from '../../../tools/cli/kv_store.ts';

/** A stand-in for the part of Cloudflare's API that concerns KV. */
export async function startApi(namespaces: object[], { failing = false } = {}) {
  const values = new Map<string, string>();
  const calls: string[] = [];
  const server = createServer(async (request, response) => {
    const path = (request.url ?? '').replace(/^.*\/storage\/kv/, '').replace(/\?.*/, '');
    calls.push(`${request.method} ${path}`);
    const envelope = (result: unknown) => {
      // Without this content type, wrangler treats the list as empty.
      response.setHeader('content-type', 'application/json');
      return JSON.stringify({ success: true, errors: [], messages: [], result });
    };
    // wrangler asks for pages until one is empty.
    const page = Number(new URL(request.url ?? '', 'http://api').searchParams.get('page') ?? 1);
    if (path === '/namespaces') return response.end(envelope(page === 1 ? namespaces : []));
    if (failing) return response.writeHead(503).end();
    if (request.method === 'PUT') {
      values.set(path, await text(request));
      return response.end(envelope(null));
    }
    const value = values.get(path);
    return value === undefined ? response.writeHead(404).end() : response.end(value);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const place = (key: string) => `/namespaces/ns1/values/${encodeURIComponent(key)}`;
  /** The namespace with the id `ns1`, without the API. */
  const kv: KvStore = {
    settle_ms: 0,
    get: async (key) => values.get(place(key)),
    put: async (key, value) => void values.set(place(key), value),
  };
  return {
    kv,
    calls,
    env: {
      CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/client/v4`,
      CLOUDFLARE_API_TOKEN: 'stand-in',
      CLOUDFLARE_ACCOUNT_ID: '0123456789abcdef0123456789abcdef',
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
