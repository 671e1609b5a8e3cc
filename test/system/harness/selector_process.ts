import type { Binding } from '../../../tools/workerd/capnp.ts';
import { type Part, plimsollWorkers } from '../../../tools/workerd/plimsoll.ts';
import { type Served, serve } from '../../../tools/workerd/serve.ts';

/**
 * The selector in a workerd of its own, so that it can go away, stand still and be replaced while the gateway's
 * process runs on: what a deployment of the selector alone is in production.
 */
export interface SelectorProcess {
  /** Where the gateway reaches it; stays the same. */
  readonly port: number;
  /** Ends it, as a crash does. */
  kill(): Promise<void>;
  /** Starts it again on the same port, as it was or with another part in its place. */
  start(part?: Part): Promise<void>;
  /** Stops it in its tracks: it still accepts questions and answers none. */
  suspend(): void;
  resume(): void;
  stop(): Promise<void>;
}

/**
 * @param part what answers at first
 * @param kv_port a KV stand-in, undefined: not bound
 * @param bundled its configuration of last resort
 * @param bindings further ones
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
