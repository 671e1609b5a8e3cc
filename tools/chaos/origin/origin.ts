import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Behaviour, Order } from './protocol.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

/** An origin in a process of its own, so that the operating system can kill and pause it. */
export interface Origin {
  /** `a/1`: its id in the configuration. */
  id: string;
  port: number;
  /** Sets what the origin does with requests that arrive from now on. */
  behave(behaviour: Behaviour): void;
  /** Sets whether the origin accepts connections. */
  listen(yes: boolean): void;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Starts it again after {@link kill}, with the behaviour `well`. */
  start(): Promise<void>;
  /** SIGSTOP. */
  pause(): void;
  /** SIGCONT. */
  resume(): void;
}

/**
 * Starts an origin and waits until it listens.
 * @param log file to which the origin appends a line for each step, see protocol.ts
 */
export async function startOrigin(id: string, port: number, log: string): Promise<Origin> {
  let child: ChildProcess | undefined;
  const end = () => void child?.kill('SIGKILL');
  process.on('exit', end);
  const tell = (order: Order) => {
    if (child?.connected === true) child.send(order);
  };
  const origin: Origin = {
    id,
    port,
    behave: (behave) => tell({ behave }),
    listen: (listen) => tell({ listen }),
    kill: () =>
      new Promise((resolve) => {
        const killed = child;
        child = undefined;
        if (killed === undefined || killed.exitCode !== null || killed.signalCode !== null) return resolve();
        killed.once('exit', () => resolve());
        killed.kill('SIGKILL');
      }),
    start: async () => {
      const started = fork(MAIN, [id, String(port), log]);
      child = started;
      await new Promise<void>((resolve, reject) => {
        started.once('message', () => resolve());
        started.once('exit', (code, signal) => reject(new Error(`origin ${id} ended: ${code ?? signal}`)));
        started.once('error', reject);
      });
    },
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
  };
  await origin.start();
  return origin;
}
