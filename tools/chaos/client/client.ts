import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { PATIENCE_MS } from './exchange.ts';
import type { ClientOrder, ClientPlan, ClientReport, Sent, Session } from './protocol.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

/** All users, in one process. */
export interface Client {
  sent: Sent[];
  sessions: Session[];
  /** Opens new connections. Returns when no new request uses an old one. */
  renew(): Promise<void>;
  /** Ends the load, sends the last round after all answers, and waits for the process. @throws Error if it fails */
  stop(): Promise<void>;
  /** Ends the process at once. */
  kill(): void;
}

/** Starts the process and its load. */
export async function startClient(plan: ClientPlan): Promise<Client> {
  const child = fork(MAIN);
  const kill = () => void child.kill('SIGKILL');
  process.on('exit', kill);
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const sent: Sent[] = [];
  const sessions: Session[] = [];
  let renewed = () => {};
  const tell = (order: ClientOrder) => void child.send(order);
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.on('message', (report: ClientReport) => {
      if ('sent' in report) sent.push(report.sent);
      else if ('session' in report) sessions.push(report.session);
      else if ('renewed' in report) renewed();
      else if ('ready' in report) resolve();
    });
  });
  tell({ start: plan });
  return {
    sent,
    sessions,
    renew: () => {
      const done = new Promise<void>((resolve) => {
        renewed = resolve;
      });
      tell({ renew: true });
      return Promise.race([done, ended.then(() => undefined)]);
    },
    stop: async () => {
      tell({ stop: true });
      const timer = setTimeout(kill, 2 * PATIENCE_MS);
      const code = await ended;
      clearTimeout(timer);
      if (code !== 0) throw new Error(`the client's process ended with code ${code}`);
    },
    kill,
  };
}
