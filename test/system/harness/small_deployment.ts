import { setTimeout as sleep } from 'node:timers/promises';
import { HEALTH, TRAFFIC } from '../../../shared/analytics/datasets.ts';
import { HEALTH_KEY } from '../../../shared/contracts/health.ts';
import type { Config } from '../../../shared/model/config.ts';
import { startAnalytics } from '../../../tools/harness/analytics.ts';
import { startCache } from '../../../tools/harness/cache.ts';
import { documentOf } from '../../../tools/harness/config.ts';
import { countedObjects, OBJECT_CALLS } from '../../../tools/harness/counted_objects.ts';
import { startKv } from '../../../tools/harness/kv.ts';
import { TICKER } from '../../../tools/harness/ticker.ts';
import { type Random, randomOf } from '../../../tools/project/random.ts';
import type { Topology } from '../../../tools/workerd/capnp.ts';
import { plimsollWorkers } from '../../../tools/workerd/plimsoll.ts';
import { serve } from '../../../tools/workerd/serve.ts';
import { eventually } from './eventually.ts';

/** What a small deployment has done since its start. */
export interface Counts {
  kv_reads: number;
  kv_writes: number;
  cache_operations: number;
  traffic_points: number;
  health_points: number;
  /** Calls of Durable Objects by class and method, alarms included: `Monitors.alarm`. */
  calls: Record<string, number>;
}

/** Several isolates of gateway and selector in one workerd, with one health Worker. Isolates of a data centre share a cache. */
export interface SmallDeployment {
  counts(): Counts;
  /** Sends requests to every isolate at random moments. @returns the number of answers other than 200 */
  load(requests_per_s: number, seconds: number): Promise<number>;
  output(): string;
  stop(): Promise<void>;
}

/** Starts a deployment with the stores of the platform in the test process, and waits until every isolate is warm. */
export async function startSmallDeployment(
  config: Config,
  isolates: number,
  centres: number,
): Promise<SmallDeployment> {
  const [kv, traffic, health, objectCalls] = await Promise.all([
    startKv(),
    startAnalytics(TRAFFIC),
    startAnalytics(HEALTH),
    startAnalytics(OBJECT_CALLS),
  ]);
  const caches = await Promise.all(Array.from({ length: centres }, () => startCache()));
  kv.publish(documentOf(config));
  const workers = await plimsollWorkers(
    { proxy: 'real', selector: 'real', health: 'real', gateway: 'real' },
    { kv: 'kv', traffic: 'traffic', health: 'health-points' },
    documentOf(config, 0),
    { gateway: { KV_ID }, selector: { KV_ID } },
  );
  const { proxy, selector, health: prober, gateway } = workers;
  if (!proxy || !selector || !prober || !gateway) throw new Error('a Worker is missing');
  const topology: Topology = {
    workers: { proxy, health: countedObjects(prober, 'object-calls'), ticker: TICKER },
    externals: {
      kv: kv.port,
      traffic: traffic.port,
      'health-points': health.port,
      'object-calls': objectCalls.port,
    },
    sockets: ['ticker'],
  };
  for (const [index, { port }] of caches.entries()) topology.externals[`cache-${index}`] = port;
  const names = Array.from({ length: isolates }, (_, index) => `gateway-${index}`);
  for (const [index, name] of names.entries()) {
    const cache = `cache-${index % centres}`;
    const bindings = { ...gateway.bindings, SELECTOR: { service: `selector-${index}` } };
    topology.workers[name] = { ...gateway, bindings, cache };
    topology.workers[`selector-${index}`] = { ...selector, cache };
    topology.sockets.push(name);
  }
  const served = await serve(topology);
  const ok = async (socket: string) => {
    const response = await fetch(`http://127.0.0.1:${served.ports[socket]}/`);
    await response.body?.cancel();
    return response.status === 200;
  };
  if (!(await ok('ticker'))) throw new Error(`the health Worker does not start\n${served.output()}`);
  // An isolate that finds a coordinator without knowledge goes on with KV for a while.
  await eventually(() => kv.get(HEALTH_KEY) !== undefined);
  await Promise.all(names.map(ok));
  return {
    counts: () => ({
      kv_reads: kv.reads,
      kv_writes: kv.writes,
      cache_operations: caches.reduce((sum, { reads, writes }) => sum + reads + writes, 0),
      traffic_points: traffic.points.length,
      health_points: health.points.length,
      calls: countBy(objectCalls.points, ({ object, method }) => `${object}.${method}`),
    }),
    load: async (requests_per_s, seconds) => {
      const until = performance.now() + seconds * 1_000;
      const failed = await Promise.all(
        names.map((name) => atRandom(requests_per_s / isolates, until, randomOf(1, name), () => ok(name))),
      );
      return failed.reduce((sum, count) => sum + count, 0);
    },
    output: () => served.output(),
    stop: async () => {
      await served.stop();
      for (const store of [kv, traffic, health, objectCalls, ...caches]) await store.stop();
    },
  };
}

/** `npm run deploy` sets it. */
const KV_ID = { text: 'kv' };

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[keyOf(item)] = (counts[keyOf(item)] ?? 0) + 1;
  return counts;
}

/** Calls `act` at random moments, whether or not earlier calls have ended. @returns the number of calls that did not succeed */
async function atRandom(
  per_s: number,
  until: number,
  random: Random,
  act: () => Promise<boolean>,
): Promise<number> {
  const calls: Promise<boolean>[] = [];
  let at = performance.now();
  for (;;) {
    at += (-Math.log(1 - random()) / per_s) * 1_000;
    await sleep(Math.max(0, Math.min(at, until) - performance.now()));
    if (at >= until) return (await Promise.all(calls)).filter((succeeded) => !succeeded).length;
    calls.push(act());
  }
}
