import type { WorkerService } from '../workerd/capnp.ts';

// The Workers that Plimsoll is compared with. They have as little code as possible.

const PLAIN = { compatibility_date: '2026-10-01', compatibility_flags: [], durable_objects: [] };

/** One Worker that forwards to an origin: the least that a Worker in front of an origin costs. */
export function bareWorker(origin: string): Record<string, WorkerService> {
  return {
    gateway: { ...PLAIN, source: forward(`fetch(${JSON.stringify(origin)} + path, request)`), bindings: {} },
  };
}

/** An empty gateway that passes every request to an empty proxy: the floor for two Workers. */
export function emptyChain(origin: string): Record<string, WorkerService> {
  return {
    gateway: {
      ...PLAIN,
      source: forward(`env.PROXY.fetch(${JSON.stringify(origin)} + path, request)`),
      bindings: { PROXY: { service: 'proxy' } },
    },
    proxy: { ...PLAIN, source: 'export default { fetch: (request) => fetch(request) };', bindings: {} },
  };
}

/** A bare Worker that reads a body whole, which is the least that the runtime needs. */
export function readingWorker(): WorkerService {
  const source = `export default {
  async fetch(request) {
    return new Response(String((await request.arrayBuffer()).byteLength));
  },
};`;
  return { ...PLAIN, source, bindings: {} };
}

function forward(call: string): string {
  return `export default {
  fetch(request, env) {
    const url = request.url;
    const path = url.slice(url.indexOf('/', 8));
    return ${call};
  },
};`;
}
