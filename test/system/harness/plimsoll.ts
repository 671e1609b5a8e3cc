import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HEALTH, MIRROR, TRAFFIC } from '../../../shared/analytics/datasets.ts';
import type { Config } from '../../../shared/model/config.ts';
import { type AnalyticsStandIn, type PointOf, startAnalytics } from '../../../tools/harness/analytics.ts';
import { type CacheStandIn, startCache } from '../../../tools/harness/cache.ts';
import { documentOf } from '../../../tools/harness/config.ts';
import { CONSOLE_BINDINGS } from '../../../tools/harness/console.ts';
import { type KvStandIn, startKv } from '../../../tools/harness/kv.ts';
import { TICKER } from '../../../tools/harness/ticker.ts';
import type { WorkerName } from '../../../tools/project/worker_config.ts';
import type { Binding, Topology } from '../../../tools/workerd/capnp.ts';
import { type Part, plimsollWorkers } from '../../../tools/workerd/plimsoll.ts';
import { serve } from '../../../tools/workerd/serve.ts';
import { type SelectorProcess, startSelectorProcess } from './selector_process.ts';

/** The parts that a test runs, replaces or takes away. By default every part is real. */
export interface PlimsollOptions {
  /** Published in KV as version 1, unless `kv` is `empty`. */
  config: Config;
  /** The configuration bundled at deploy, the last resort. Default: one without balancers. */
  bundled?: Config;
  gateway?: Part;
  /** `apart`: the real one in its own process, see {@link Plimsoll.selector}. */
  selector?: Part | 'apart';
  proxy?: Part;
  /** Default: absent, because most tests want no probes among their requests. */
  health?: Part;
  /** Default: absent. It publishes to KV, so `kv` should be `empty`. */
  console?: Part;
  kv?: 'ok' | 'empty' | 'fail' | 'hang' | 'absent';
  traffic?: 'ok' | 'fail' | 'hang' | 'absent';
  cache?: 'ok' | 'fail' | 'hang' | 'absent';
  /** Set if a Worker of the test throws on purpose. Otherwise `stop` fails after an uncaught exception. */
  uncaught?: 'expected';
  /** Further Workers by name, as sources of ES modules. `bindings` can refer to them. */
  workers?: Record<string, string>;
  /** Further bindings by Worker. */
  bindings?: Partial<Record<WorkerName, Record<string, Binding>>>;
}

/** Plimsoll in one workerd, with stand-ins for the platform's stores in the test process. */
export interface Plimsoll {
  /** The gateway: `http://127.0.0.1:PORT`, without a trailing slash. */
  readonly url: string;
  readonly port: number;
  /** The console, with the option `console`. */
  readonly console_url: string;
  readonly pid: number;
  kv: KvStandIn;
  cache: CacheStandIn;
  /** Ends the entry of the data centre's cache that looks are shared by. A write to `kv` does so too: no test waits for its age. */
  forgetHeads(): void;
  /** Defined if the option `selector` is `apart`. */
  selector: SelectorProcess | undefined;
  /** Data points of the gateway, in order of arrival. */
  points: PointOf<typeof TRAFFIC>[];
  traffic: AnalyticsStandIn<typeof TRAFFIC>;
  health: AnalyticsStandIn<typeof HEALTH>;
  mirror: AnalyticsStandIn<typeof MIRROR>;
  /** Waits until this many of the gateway's data points have arrived. @throws after 5 s */
  pointsWritten(count: number): Promise<PointOf<typeof TRAFFIC>[]>;
  /** Calls the health Worker's `scheduled`, as cron does in production. It is called once at the start. */
  tick(): Promise<void>;
  /** Ends workerd and starts it again with cold isolates. Stores and Durable Objects stay. */
  restart(): Promise<void>;
  /** Console output and exceptions of all Workers. */
  output(): string;
  stop(): Promise<void>;
}

/** Finds lines of a runtime's output that report an uncaught exception or rejection. */
function uncaughtIn(output: string): string[] {
  return output.split('\n').filter((line) => /uncaught|unhandled/i.test(line));
}

/** A Worker of a test, without bindings. */
function standIn(source: string): Topology['workers'][string] {
  return {
    source,
    compatibility_date: '2026-10-01',
    compatibility_flags: [],
    bindings: {},
    durable_objects: [],
  };
}

/** Starts Plimsoll on free ports. */
export async function startPlimsoll(options: PlimsollOptions): Promise<Plimsoll> {
  const [kv, traffic, health, mirror, cache] = await Promise.all([
    startKv(),
    startAnalytics(TRAFFIC),
    startAnalytics(HEALTH),
    startAnalytics(MIRROR),
    startCache(),
  ]);
  const forgetHeads = () => {
    for (const url of cache.entries.keys()) if (url.endsWith('/heads')) cache.entries.delete(url);
  };
  const { set } = kv;
  kv.set = (key, value) => {
    set(key, value);
    forgetHeads();
  };
  if (options.kv !== 'empty') kv.publish(documentOf(options.config));
  if (options.kv === 'fail' || options.kv === 'hang') kv.mode = options.kv;
  if (options.traffic === 'fail' || options.traffic === 'hang') traffic.mode = options.traffic;
  if (options.cache === 'fail' || options.cache === 'hang') cache.mode = options.cache;

  const bundled = documentOf(options.bundled ?? { balancers: [], pools: {}, monitors: {} }, 0);
  const apart = options.selector === 'apart';
  const workers = await plimsollWorkers(
    {
      proxy: options.proxy ?? 'real',
      selector: options.selector === 'apart' ? 'absent' : (options.selector ?? 'real'),
      health: options.health ?? 'absent',
      gateway: options.gateway ?? 'real',
      console: options.console ?? 'absent',
    },
    {
      health: 'health-points',
      mirror: 'mirror-points',
      ...(options.kv === 'absent' ? {} : { kv: 'kv' }),
      ...(options.traffic === 'absent' ? {} : { traffic: 'traffic-points' }),
      ...(options.cache === 'absent' ? {} : { cache: 'cache' }),
    },
    bundled,
    {
      ...options.bindings,
      console: { ...CONSOLE_BINDINGS, ...options.bindings?.console },
      ...(apart ? { gateway: { SELECTOR: { service: 'selector' }, ...options.bindings?.gateway } } : {}),
    },
  );
  for (const [name, source] of Object.entries(options.workers ?? {})) workers[name] = standIn(source);
  const selector = apart
    ? await startSelectorProcess(
        'real',
        options.kv === 'absent' ? undefined : kv.port,
        bundled,
        options.bindings?.selector,
      )
    : undefined;
  const topology: Topology = {
    workers,
    externals: {
      kv: kv.port,
      cache: cache.port,
      'traffic-points': traffic.port,
      'health-points': health.port,
      'mirror-points': mirror.port,
    },
    sockets: ['gateway'],
    remotes: selector === undefined ? {} : { selector: selector.port },
  };
  if (workers['console'] !== undefined) topology.sockets.push('console');
  if (workers['health'] !== undefined) {
    workers['ticker'] = TICKER;
    topology.sockets.push('ticker');
  }

  const disk = mkdtempSync(join(tmpdir(), 'plimsoll-disk-'));
  let served = await serve(topology, { disk });
  let before_restart = '';
  const plimsoll: Plimsoll = {
    get url() {
      return `http://127.0.0.1:${this.port}`;
    },
    get port() {
      return served.ports['gateway'] ?? 0;
    },
    get console_url() {
      return `http://127.0.0.1:${served.ports['console']}`;
    },
    get pid() {
      return served.pid;
    },
    kv,
    cache,
    forgetHeads,
    selector,
    points: traffic.points,
    traffic,
    health,
    mirror,
    pointsWritten: async (count) => {
      for (let waited_ms = 0; traffic.points.length < count; waited_ms += 10) {
        if (waited_ms > 5_000)
          throw new Error(`only ${traffic.points.length} of ${count} data points within 5 s`);
        await sleep(10);
      }
      return traffic.points;
    },
    tick: async () => {
      if (workers['ticker'] === undefined) return;
      const response = await fetch(`http://127.0.0.1:${served.ports['ticker']}/`);
      if (!response.ok) throw new Error(`the health Worker's scheduled() failed: ${await response.text()}`);
    },
    restart: async () => {
      before_restart += served.output();
      await served.stop();
      served = await serve(topology, { disk });
      await plimsoll.tick();
    },
    output: () => served.output(),
    stop: async () => {
      const uncaught = options.uncaught === 'expected' ? [] : uncaughtIn(before_restart + served.output());
      await served.stop();
      await selector?.stop();
      await Promise.all([kv, traffic, health, mirror, cache].map((server) => server.stop()));
      rmSync(disk, { recursive: true, force: true });
      if (uncaught.length > 0) throw new Error(`uncaught in a Worker:\n${uncaught.join('\n')}`);
    },
  };
  await plimsoll.tick();
  return plimsoll;
}
