import type { Binding } from '../../../tools/workerd/capnp.ts';
import { type Part, plimsollWorkers } from '../../../tools/workerd/plimsoll.ts';
import { type Served, serve } from '../../../tools/workerd/serve.ts';

/**
 * The selector in its own workerd, so that it can be killed, suspended and replaced while the gateway's process runs.
 * This corresponds to a deployment of the selector alone in production.
 */
export interface SelectorProcess {
  /** The port where the gateway reaches it. It stays the same. */
  readonly port: number;
  /** Ends it, as a crash does. */
  kill(): Promise<void>;
  /** Starts it again on the same port, or starts another part in its place. */
  start(part?: Part): Promise<void>;
  /** Suspends it. It still accepts questions, but answers none. */
  suspend(): void;
  resume(): void;
  stop(): Promise<void>;
}

/**
 * Starts a selector process.
 * @param part the selector to start with
 * @param kv_port of a KV stand-in; undefined: KV is not bound
 * @param bundled the configuration of last resort
 * @param bindings further bindings
 */
export async function startSelectorProcess(
  part: Part,
  kv_port: number | undefined,
  bundled: unknown,
  bindings: Record<string, Binding> = {},
): Promise<SelectorProcess> {
  let port = 0;
  const run = async (now: Part): Promise<Served> => {
    const workers = await plimsollWorkers(
      { selector: now },
      kv_port === undefined ? {} : { kv: 'kv' },
      bundled,
      { selector: bindings },
    );
    const externals: Record<string, number> = kv_port === undefined ? {} : { kv: kv_port };
    return serve({ workers, externals, sockets: [], rpc_sockets: { selector: port } });
  };
  let served = await run(part);
  port = served.ports['selector'] ?? 0;
  return {
    port,
    kill: () => served.stop(),
    start: async (next = part) => {
      await served.stop();
      served = await run(next);
    },
    suspend: () => void process.kill(served.pid, 'SIGSTOP'),
    resume: () => void process.kill(served.pid, 'SIGCONT'),
    stop: () => served.stop(),
  };
}
