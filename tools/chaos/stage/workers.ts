import type { Config, ConfigDocument } from '../../../shared/model/config.ts';
import { documentOf } from '../../harness/config.ts';
import { TICKER } from '../../harness/ticker.ts';
import type { WorkerName } from '../../project/worker_config.ts';
import type { Binding, Topology } from '../../workerd/capnp.ts';
import { type Part, plimsollWorkers } from '../../workerd/plimsoll.ts';
import { type Served, serve } from '../../workerd/serve.ts';
import { announce, CONTROL, fail, tick } from './control.ts';
import { LIMITER } from './limiter.ts';
import { type Replaceable, startReplaceable } from './replaceable.ts';

/** Ports of the stand-ins for the platform's stores. */
export interface Stores {
  kv: number;
  cache: number;
  'traffic-points': number;
  'health-points': number;
}

/** Plimsoll with every Worker in a process of its own. */
export interface Workers {
  gateway: Replaceable;
  proxy: Replaceable;
  selector: Replaceable;
  /** Has its own proxy for probes. On the platform, its calls also go to an isolate near it. */
  health: Replaceable;
  /** Fires the cron of the health Worker. */
  tick(): Promise<void>;
  /** Makes the coordinator throw, or work again. */
  failCoordinator(failing: boolean): Promise<void>;
  /** Tells the coordinator of a publication. Rejects if it is gone; it then finds the publication in KV. */
  announce(document: ConfigDocument): Promise<void>;
  /** Replaces the selector with one whose answers are malformed. */
  breakSelector(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts all Workers, callees first. Gateway and selector share a data centre's cache, and ask the coordinator.
 * @param bundled the configuration of last resort
 * @param disk folder for Durable Objects
 */
export async function startWorkers(stores: Stores, bundled: Config, disk: string): Promise<Workers> {
  const document = documentOf(bundled, 0);
  const control: Record<string, Binding> = { CONTROL: { service: 'control' }, KV_ID: { text: 'chaos' } };
  const services = (parts: Partial<Record<WorkerName, Part>>, extra: Record<string, Binding> = {}) =>
    plimsollWorkers(
      parts,
      { kv: 'kv', cache: 'cache', traffic: 'traffic-points', health: 'health-points' },
      document,
      // Plain workerd does not distinguish a refused connection from a reset one: see docs/architecture.md.
      { gateway: { ...control, ...extra }, selector: control, proxy: { CONNECT_CHECK: { text: 'on' } } },
    );
  const run = (rest: Partial<Topology> & Pick<Topology, 'workers'>): Promise<Served> =>
    serve(
      // memory/live_heap.ts collects garbage before it measures. Uncollected garbage would look like a leak.
      { externals: { ...stores }, sockets: [], v8_flags: ['--expose-gc'], ...rest },
      { disk, inspector: true },
    );

  // Built once, so that edits during the run have no effect.
  const selectors = await services({ selector: 'real' });
  const nonsense = await services({ selector: NONSENSE });
  const proxies = await services({ proxy: 'real' });
  const gateways = {
    ...(await services(
      { gateway: 'real' },
      {
        SELECTOR: { service: 'selector' },
        PROXY: { service: 'proxy' },
        RATE_LIMIT: { service: 'limiter' },
        AFFINITY_KEY: { text: 'the key of chaos' },
      },
    )),
    limiter: LIMITER,
  };
  const probers = {
    ...(await services({ health: 'real', proxy: 'real' })),
    control: CONTROL,
    ticker: TICKER,
  };

  const runHealth = () => run({ workers: probers, rpc_sockets: { control: 0 } });
  const health = await startReplaceable('health', runHealth, 'control', false);
  const runSelector = (it: Topology['workers']) =>
    run({ workers: it, remotes: { control: health.port }, rpc_sockets: { selector: 0 } });
  const selector = await startReplaceable('selector', () => runSelector(selectors), 'selector', false);
  const runProxy = () => run({ workers: proxies, rpc_sockets: { proxy: 0 } });
  const proxy = await startReplaceable('proxy', runProxy, 'proxy', true);
  const remotes = { selector: selector.port, proxy: proxy.port, control: health.port };
  const runGateway = () => run({ workers: gateways, remotes, sockets: ['gateway'] });
  const gateway = await startReplaceable('gateway', runGateway, 'gateway', true);
  const workers: Workers = {
    gateway,
    proxy,
    selector,
    health,
    tick: () => tick(health.port),
    failCoordinator: (failing) => fail(health.port, failing),
    announce: (document) => announce(health.port, document),
    breakSelector: () => selector.start(() => runSelector(nonsense)),
    stop: async () => {
      for (const worker of [gateway, proxy, selector, health]) await worker.stop();
    },
  };
  await workers.tick();
  return workers;
}

/** A selector that names unknown origins, and throws for every other question. */
const NONSENSE: Part = {
  module: `import { WorkerEntrypoint } from 'cloudflare:workers';
    let questions = 0;
    export default class extends WorkerEntrypoint {
      async select({ want }) {
        if (questions++ % 2 === 1) throw new Error('nonsense');
        return { rankings: Array(want).fill({ origins: ['z/9'], finalists: 0 }), use: 'repeat', vary: [],
          max_age_ms: 10000, strategy: 'off/nonsense', version: 'nonsense', config_version: 1e9 };
      }
    }`,
};
