import { readFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import type { Binding } from '../../../tools/workerd/capnp.ts';
import { plimsollWorkers } from '../../../tools/workerd/plimsoll.ts';
import { type Served, serve } from '../../../tools/workerd/serve.ts';

// Replaces the gateway: sends a request to the origin that `x-origin` names, with a ticket made from the other `x-`
// headers.
const FRONT = `export default {
  async fetch(request, env) {
    if (request.url.endsWith('/probe')) return Response.json(await env.PROBES.probe(await request.json()));
    const told = (name) => request.headers.get(name);
    const path = request.url.slice(request.url.indexOf('/', 8));
    const outgoing = new Request(told('x-origin') + path, request);
    for (const name of ['x-origin', 'x-first-byte-ms', 'x-give-up-ms']) outgoing.headers.delete(name);
    const ticket = {
      origin: 'pool/origin', attempt: 1, first_byte_ms: Number(told('x-first-byte-ms') ?? 2000),
      client_address: '2001:db8::1', client_origin: 'https://app.example.com',
    };
    if (!told('x-no-ticket')) outgoing.headers.set('plimsoll-ticket', JSON.stringify(ticket));
    if (!told('x-give-up-ms')) return env.PROXY.fetch(outgoing);
    const signal = AbortSignal.timeout(Number(told('x-give-up-ms')));
    return env.PROXY.fetch(outgoing, { signal }).catch(() => new Response('gave up', { status: 599 }));
  },
};`;

/** The real proxy with its local settings, behind a front Worker at `ports.front`. */
export async function startProxy(): Promise<Served> {
  const config = parse(readFileSync('wrangler.proxy.toml', 'utf8')) as unknown as {
    env: { local: { vars: Record<string, string> } };
  };
  const vars: Record<string, Binding> = {};
  for (const [name, text] of Object.entries(config.env.local.vars)) vars[name] = { text };
  const workers = await plimsollWorkers({ proxy: 'real' }, {}, undefined, { proxy: vars });
  const front = {
    source: FRONT,
    compatibility_date: '2026-10-01',
    compatibility_flags: [],
    bindings: { PROXY: { service: 'proxy' }, PROBES: { service: 'proxy', entrypoint: 'Probes' } },
    durable_objects: [],
  };
  return serve({ workers: { ...workers, front }, externals: {}, sockets: ['front'] });
}
