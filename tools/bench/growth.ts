import { liveHeapBytes } from '../chaos/memory/live_heap.ts';
import { configFrom, documentOf } from '../harness/config.ts';
import { nextMessage, startChild } from './child.ts';
import { canPin, cpuMicroseconds, residentBytes } from './cpu.ts';
import { measureSteps, type StepsResult } from './growth_steps.ts';
import { type GrowthSystem, startGrowthSystem } from './growth_system.ts';
import { largeConfig } from './large_config.ts';
import { loadRound } from './load_round.ts';
import { interleave, type Round, spreadOf } from './rounds.ts';
import type { SteadyOrder, SteadyResult } from './steady_load.ts';

/**
 * `one`: a balancer with three origins. `many`: the large configuration, with requests to one of its balancers. `spread`: with
 * requests to all of them in turn.
 */
export const GROWTH_TARGETS = ['one', 'many', 'spread'] as const;
export type GrowthTarget = (typeof GROWTH_TARGETS)[number];

/** The configurations: each has a workerd of its own. */
export const SIZES = ['one', 'many'] as const;
export type Size = (typeof SIZES)[number];

export interface GrowthOptions {
  balancers: number;
  origins: number;
  rounds: number;
  /** Length of one round. */
  seconds: number;
  /** Concurrent keep-alive connections in a round. */
  connections: number;
  /** Publications. Before each, the same load is measured without one. */
  publications: number;
  /** Of the steady load. Absent: {@link LOAD_PART} of the throughput in the rounds. */
  requests_per_s?: number | undefined;
}

export interface GrowthResult {
  rounds: Record<GrowthTarget, Array<Round | undefined>>;
  pinned: boolean;
  steps: StepsResult;
  memory: Record<Size, Memory>;
  /** The same load without publications and with them, in equal windows by turns. */
  quiet: Window[];
  published: Window[];
  requests_per_s: number;
  publications: number;
  /** Publications that were read by the end of their window. */
  read: number;
}

/** One window of steady load. */
export interface Window extends SteadyResult {
  /** CPU time of workerd. Undefined without Linux's /proc. */
  cpu_ms: number | undefined;
}

interface Memory {
  /** Of workerd, with all Workers. Undefined without Linux's /proc. */
  resident_bytes: number | undefined;
  /** Of the gateway's isolate, after its garbage was collected. */
  gateway_heap_bytes: number | undefined;
}

/** Load before the first measurement, in which code is compiled and connections are opened. */
const WARM_UP_SECONDS = 2;
/** Every isolate has taken over a publication by then. */
export const WINDOW_S = 10;
/** Balancers of the large configuration that share the load around publications. */
const LOADED = 100;
/** A moderate load: a burst of work delays requests, but does not build a queue that lasts. */
const LOAD_PART = 0.2;
/** How often parsing and preparing are measured. */
const REPETITIONS = 9;

/** Measures what a large configuration costs: for each request, in memory, and while it is replaced. */
export async function benchGrowth(options: GrowthOptions): Promise<GrowthResult> {
  const { balancers, publications } = options;
  const pinned = canPin();
  const cpu = pinned ? 1 : undefined;
  const stops: Array<() => unknown> = [];
  try {
    const steps = measureSteps(configFrom(largeConfig(balancers, options.origins)), REPETITIONS);
    const origins = await startChild<number[]>('./origins.ts', cpu);
    stops.push(() => origins.child.kill());
    const load = await startChild<string>('./load.ts', cpu);
    stops.push(() => load.child.kill());
    const steady = await startChild<string>('./steady_load.ts', cpu);
    stops.push(() => steady.child.kill());

    const place = (origin: number) => ({
      address: '127.0.0.1',
      port: origins.first[origin % origins.first.length] ?? 0,
    });
    const sizes: Record<Size, [number, number]> = { one: [1, 3], many: [balancers, options.origins] };
    const systems = {} as Record<Size, GrowthSystem>;
    for (const size of SIZES) {
      const document = documentOf(configFrom(largeConfig(...sizes[size], place)));
      systems[size] = await startGrowthSystem(document, pinned);
      stops.push(systems[size].stop);
    }

    const measure = (target: GrowthTarget, seconds = options.seconds): Promise<Round> => {
      const { pid, ports } = systems[target === 'one' ? 'one' : 'many'];
      const hosts =
        target === 'spread' ? Array.from({ length: balancers }, (_, i) => hostOf(i)) : [hostOf(0)];
      const url = `http://127.0.0.1:${ports['gateway']}/`;
      return loadRound(load.child, pid, { url, hosts, connections: options.connections, seconds });
    };
    for (const target of GROWTH_TARGETS) await measure(target, WARM_UP_SECONDS);
    const rounds = await interleave(GROWTH_TARGETS, options.rounds, measure);

    const throughput = spreadOf(rounds.many.map((round) => round?.requests_per_s))?.median ?? 1;
    const requests_per_s = options.requests_per_s ?? Math.ceil(throughput * LOAD_PART);
    const loaded = Math.min(LOADED, balancers);
    const order: SteadyOrder = {
      port: systems.many.ports['gateway'] ?? 0,
      hosts: Array.from({ length: loaded }, (_, i) => hostOf(Math.floor((i * balancers) / loaded))),
      requests_per_s,
      seconds: WINDOW_S,
    };
    const window = async (): Promise<Window> => {
      const before = cpuMicroseconds(systems.many.pid);
      steady.child.send(order);
      const result = await nextMessage<SteadyResult>(steady.child);
      const after = cpuMicroseconds(systems.many.pid);
      const cpu_ms = before === undefined || after === undefined ? undefined : (after - before) / 1_000;
      return { ...result, cpu_ms };
    };
    await window();
    const quiet: Window[] = [];
    const published: Window[] = [];
    const bodies = systems.many.bodies();
    for (let i = 1; i <= publications; i++) {
      quiet.push(await window());
      const file = largeConfig(...sizes.many, place);
      // All balancers change, so no answer of the selector can stay.
      for (const balancer of file.load_balancers) balancer.timeouts = { first_byte_ms: 10_000 + i };
      systems.many.publish(documentOf(configFrom(file), 1 + i));
      published.push(await window());
    }
    const read = systems.many.bodies() - bodies;

    const memory = {} as Record<Size, Memory>;
    for (const size of SIZES) {
      const { pid, inspector_port = 0 } = systems[size];
      const resident_bytes = residentBytes(pid);
      // The first collection may leave what only dead requests refer to.
      await liveHeapBytes(inspector_port, 'gateway');
      const gateway_heap_bytes = await liveHeapBytes(inspector_port, 'gateway');
      memory[size] = { resident_bytes, gateway_heap_bytes };
    }
    return { rounds, pinned, steps, memory, quiet, published, requests_per_s, publications, read };
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

function hostOf(balancer: number): string {
  return `host-${balancer}.example.com`;
}
