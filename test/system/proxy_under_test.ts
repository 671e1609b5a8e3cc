import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'smol-toml';

// The real proxy bundle under plain workerd, behind a front Worker that stands in for the gateway: it hands on
// the request to the origin that `x-origin` names, with a ticket made of the other `x-` headers.
const FRONT = `
export default {
  async fetch(request, env) {
    if (request.url.endsWith('/probe')) return Response.json(await env.PROXY.probe(await request.json()));
    const take = (name) => { const value = request.headers.get(name); return value ?? undefined; };
    const path = request.url.slice(request.url.indexOf('/', 8));
    const outgoing = new Request(take('x-origin') + path, request);
    const ticket = { origin: 'pool/origin', attempt: 1, first_byte_ms: Number(take('x-first-byte-ms') ?? 300),
      client_address: '2001:db8::1', client_origin: 'https://app.example.com' };
    if (!take('x-no-ticket')) outgoing.headers.set('plimsoll-ticket', JSON.stringify(ticket));
    const give_up = take('x-give-up-ms');
    for (const name of ['x-origin', 'x-first-byte-ms', 'x-give-up-ms']) outgoing.headers.delete(name);
    if (give_up === undefined) return env.PROXY.fetch(outgoing);
    const signal = AbortSignal.timeout(Number(give_up));
    return env.PROXY.fetch(outgoing, { signal }).catch(() => new Response('gave up', { status: 599 }));
  },
};`;

/** The bundled proxy, running. */
export class ProxyUnderTest {
  readonly #directory = mkdtempSync(join(tmpdir(), 'plimsoll-proxy-'));
  #process: ChildProcess | undefined;

  /** Bundles the proxy as it is deployed, in the local environment, and serves it. */
  async start(port: number): Promise<void> {
    const require = createRequire(import.meta.url);
    const wrangler = require.resolve('wrangler');
    execFileSync(
      process.execPath,
      [
        join(dirname(wrangler), '../bin/wrangler.js'),
        ...'deploy -c wrangler.proxy.toml --env local --dry-run --outdir'.split(' '),
        join(this.#directory, 'out'),
      ],
      {
        stdio: 'pipe',
        env: { ...process.env, CI: '1', WRANGLER_SEND_METRICS: 'false', WRANGLER_HIDE_BANNER: 'true' },
      },
    );
    copyFileSync(join(this.#directory, 'out/worker.js'), join(this.#directory, 'proxy.js'));
    writeFileSync(join(this.#directory, 'front.js'), FRONT);
    writeFileSync(join(this.#directory, 'config.capnp'), this.#config(port));
    const workerd: string = createRequire(wrangler)('workerd').default;
    this.#process = spawn(workerd, ['serve', join(this.#directory, 'config.capnp')], { stdio: 'inherit' });
    await listening(port);
  }

  stop(): void {
    this.#process?.kill('SIGKILL');
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #config(port: number): string {
    const toml = parse(readFileSync('wrangler.proxy.toml', 'utf8')) as {
      compatibility_date: string;
      env: { local: { vars: Record<string, string> } };
    };
    const date = `compatibilityDate = "${toml.compatibility_date}"`;
    const vars = Object.entries(toml.env.local.vars).map(([name, value]) => `(name = "${name}", text = "${value}")`);
    return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "front", worker = (modules = [(name = "front.js", esModule = embed "front.js")], ${date},
      bindings = [(name = "PROXY", service = "proxy")])),
    (name = "proxy", worker = (modules = [(name = "proxy.js", esModule = embed "proxy.js")], ${date},
      bindings = [${vars.join(', ')}])),
    (name = "internet", network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true))),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "front")],
);
`;
  }
}

async function listening(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (open) return;
    await sleep(50);
  }
  throw new Error(`nothing listens on port ${port}`);
}
