import { setTimeout as sleep } from 'node:timers/promises';
import type { Served } from '../../workerd/serve.ts';
import { type Front, startFront } from './front.ts';

/** One life of a Worker's process. */
export interface Generation {
  worker: string;
  pid: number;
  /** Where a debugger may ask, if anywhere. */
  inspector_port: number | undefined;
  /** Milliseconds since the epoch. */
  started_at: number;
  /** When new requests began to go elsewhere; Infinity: they do not. */
  retired_at: number;
}

/** A Worker in a workerd of its own, behind an address that stays. */
export interface Replaceable {
  /** Where others reach it, whichever process it is. */
  port: number;
  /** All its processes, the current one last. */
  generations: Generation[];
  /**
   * What a deployment does: starts the next process and has new connections go there. The old one ends when the last
   * connection to it has. Returns when the new one serves.
   *
   * So it is in production: new requests go to the new version, the old one drains what is under way, for up to 20
   * minutes. https://developers.cloudflare.com/changelog/post/2026-10-12-longer-runtime-update-grace-period/
   */
  roll(): Promise<void>;
  /** SIGKILL, with all that is under way. */
  kill(): Promise<void>;
  /** Starts a process after {@link kill}; also in the place of one that runs, whose connections are then cut. */
  start(run?: () => Promise<Served>): Promise<void>;
  suspend(): void;
  resume(): void;
  /** Console output and exceptions of all its processes. */
  output(): string;
  stop(): Promise<void>;
}

/** How often an old process is looked at. */
const DRAIN_POLL_MS = 200;

/**
 * Starts one.
 * @param run starts a process
 * @param socket the name of the socket at which it is reached
 * @param drains whether an old process's connections end. Those of RPC sessions do not: such a process is cut off
 *   instead, which is harsher than production.
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
