import { setTimeout as sleep } from 'node:timers/promises';
import type { Served } from '../../workerd/serve.ts';
import { type Front, startFront } from './front.ts';

/** One process of a Worker. */
export interface Generation {
  worker: string;
  pid: number;
  /** Port of the debugger's protocol, if there is one. */
  inspector_port: number | undefined;
  /** Milliseconds since the epoch. */
  started_at: number;
  /** When new requests began to go to another process; Infinity while they do not. */
  retired_at: number;
}

/** A Worker in a workerd of its own, behind a fixed address. */
export interface Replaceable {
  /** The fixed port of 127.0.0.1. */
  port: number;
  /** All processes so far, the current one last. */
  generations: Generation[];
  /**
   * Does what a deployment does: starts the next process and directs new connections to it. The old process ends with its
   * last connection. Returns when the new process serves.
   *
   * In production, new requests go to the new version too, and the old one drains for up to 20 minutes:
   * https://developers.cloudflare.com/changelog/post/2026-10-12-longer-runtime-update-grace-period/
   */
  roll(): Promise<void>;
  /** SIGKILL, which cuts everything under way. */
  kill(): Promise<void>;
  /** Starts a process after {@link kill}. If a process still runs, it is replaced and its connections are cut. */
  start(run?: () => Promise<Served>): Promise<void>;
  /** SIGSTOP. */
  suspend(): void;
  /** SIGCONT. */
  resume(): void;
  /** Console output and exceptions of all processes. */
  output(): string;
  stop(): Promise<void>;
}

/** Interval at which the connections of an old process are counted. */
const DRAIN_POLL_MS = 200;

/**
 * Starts a Worker that can be replaced.
 * @param run starts a process
 * @param socket name of the socket at which the process is reached
 * @param drains whether the connections of an old process end by themselves. Those of RPC sessions do not, so such a
 *   process is cut off, which is harsher than production.
 */
export async function startReplaceable(
  worker: string,
  run: () => Promise<Served>,
  socket: string,
  drains: boolean,
): Promise<Replaceable> {
  const front: Front = await startFront();
  const all: Served[] = [];
  const generations: Generation[] = [];
  let current: Served | undefined;
  let stopped = false;

  const begin = async (start: () => Promise<Served>) => {
    current = await start();
    all.push(current);
    front.target = current.ports[socket];
    generations.push({
      worker,
      pid: current.pid,
      inspector_port: current.inspector_port,
      started_at: Date.now(),
      retired_at: Number.POSITIVE_INFINITY,
    });
  };
  const retire = () => {
    const generation = generations.at(-1);
    if (generation !== undefined && generation.retired_at === Number.POSITIVE_INFINITY)
      generation.retired_at = Date.now();
  };
  const drain = async (old: Served) => {
    if (!drains) return old.stop();
    const port = old.ports[socket] ?? 0;
    while (!stopped && front.open(port) > 0) await sleep(DRAIN_POLL_MS);
    await old.stop();
  };

  await begin(run);
  return {
    port: front.port,
    generations,
    roll: async () => {
      const old = current;
      retire();
      await begin(run);
      if (old !== undefined) void drain(old);
    },
    kill: async () => {
      retire();
      front.target = undefined;
      await current?.stop();
      current = undefined;
    },
    start: async (start = run) => {
      const old = current;
      retire();
      await begin(start);
      await old?.stop();
    },
    suspend: () => void (current !== undefined && process.kill(current.pid, 'SIGSTOP')),
    resume: () => void (current !== undefined && process.kill(current.pid, 'SIGCONT')),
    output: () => all.map((served) => served.output()).join(''),
    stop: async () => {
      stopped = true;
      await Promise.all(all.map((served) => served.stop()));
      await front.stop();
    },
  };
}
