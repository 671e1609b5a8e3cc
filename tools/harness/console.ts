import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tokenOf } from '../../shared/contracts/access.ts';
import type { Binding } from '../workerd/capnp.ts';
import { plimsollWorkers } from '../workerd/plimsoll.ts';
import { serve } from '../workerd/serve.ts';
import { type KvStandIn, startKv } from './kv.ts';

/** The account of a local console, and its only zone. */
export const ACCOUNT = 'a'.repeat(32);
export const ZONE = 'b'.repeat(32);

/** The secret ADMIN_TOKEN of a test. */
export const ADMIN_TOKEN = tokenOf(new Uint8Array(32).fill(7));

/** Bindings of a local console. */
export const CONSOLE_BINDINGS: Record<string, Binding> = {
  ADMIN_TOKEN: { text: ADMIN_TOKEN },
  LOCAL: { text: 'true' },
  ACCOUNT_ID: { text: ACCOUNT },
};

export interface ConsoleOptions {
  /** Bindings besides {@link CONSOLE_BINDINGS}. */
  bindings?: Record<string, Binding>;
  /** Port of a server on 127.0.0.1 that gets every `fetch` of the Worker, whatever its URL. Default: no server does. */
  outbound_port?: number;
  /** Pins it to a processor. */
  cpu?: number | undefined;
  /** Opens the debugger's protocol on `inspector_port`. */
  inspector?: boolean;
}

/** The console's production bundle alone in one plain workerd, with KV in this process. */
export interface ServedConsole {
  /** `http://127.0.0.1:PORT`. It changes with a restart. */
  readonly url: string;
  readonly pid: number;
  readonly inspector_port: number | undefined;
  kv: KvStandIn;
  /** Kills workerd (SIGKILL) and starts it again. KV and the Durable Object's files stay. */
  restart(): Promise<void>;
  /** Console output and exceptions of the Worker since the last start. */
  output(): string;
  stop(): Promise<void>;
}

/** Starts a console with an empty history and an empty KV. */
export async function startConsole(options: ConsoleOptions = {}): Promise<ServedConsole> {
  const kv = await startKv();
  const disk = mkdtempSync(join(tmpdir(), 'plimsoll-console-'));
  const bindings = { ...CONSOLE_BINDINGS, ...options.bindings };
  const workers = await plimsollWorkers({ console: 'real' }, { kv: 'kv' }, undefined, { console: bindings });
  const { outbound_port } = options;
  if (outbound_port !== undefined && workers['console'] !== undefined)
    workers['console'].outbound = 'outbound';
  const externals = { kv: kv.port, ...(outbound_port === undefined ? {} : { outbound: outbound_port }) };
  const start = () =>
    serve(
      { workers, externals, sockets: ['console'] },
      { disk, cpu: options.cpu, inspector: options.inspector ?? false },
    );
  let served = await start();
  return {
    get url() {
      return `http://127.0.0.1:${served.ports['console']}`;
    },
    get pid() {
      return served.pid;
    },
    get inspector_port() {
      return served.inspector_port;
    },
    kv,
    restart: async () => {
      await served.stop();
      served = await start();
    },
    output: () => served.output(),
    stop: async () => {
      await served.stop();
      await kv.stop();
      rmSync(disk, { recursive: true, force: true });
    },
  };
}
