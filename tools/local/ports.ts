import { createServer } from 'node:net';
import { DEMO_ORIGINS } from './demo_origins.ts';
import type { StartOptions } from './options.ts';

/** A port that something of ours will listen on, and how to choose another. */
export interface WantedPort {
  port: number;
  /** What it is for: `the gateway`. */
  use: string;
  /** The option that moves it: `--port`. */
  option: string;
}

/** The ports that others know and that must therefore be free. */
export function wantedPorts(options: StartOptions): WantedPort[] {
  const demo = DEMO_ORIGINS.map(({ name }, index) => ({
    port: options.demo_port + index,
    use: `demo origin "${name}"`,
    option: '--demo-port',
  }));
  return [
    { port: options.gateway_port, use: 'the gateway', option: '--port' },
    { port: options.console_port, use: 'the console', option: '--console-port' },
    { port: options.sql_port, use: 'the SQL API', option: '--sql-port' },
    ...(options.demo ? demo : []),
  ];
}

/**
 * What stands in the way of listening on these ports, one line each; empty if nothing does.
 */
export async function portProblems(wanted: readonly WantedPort[]): Promise<string[]> {
  const problems: string[] = [];
  const taken = new Map<number, string>();
  for (const { port, use, option } of wanted) {
    const other = taken.get(port);
    taken.set(port, use);
    if (other !== undefined)
      problems.push(`port ${port} is wanted by ${other} and by ${use}: move one with ${option}`);
    else if (await isBusy(port))
      problems.push(
        `port ${port} (${use}) is in use: end what listens there, or choose another with ${option}`,
      );
  }
  return problems;
}

/**
 * Whether something on this machine listens on a port. Both loopback addresses count: we listen on 127.0.0.1, yet
 * `localhost` may lead a client to ::1 first.
 */
export async function isBusy(port: number): Promise<boolean> {
  return (await listens(port, '127.0.0.1')) || (await listens(port, '::1'));
}

function listens(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    // A machine without IPv6 has nothing listening there: only 'in use' and 'forbidden' stand in our way.
    server.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'EADDRINUSE' || error.code === 'EACCES'),
    );
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(false)));
  });
}

/**
 * The range in which free ports are looked for. It lies below the ports that systems give to outgoing connections (from 32768 on
 * Linux, 49152 elsewhere). A port of that range may be free now and taken by a connection a second later, before our process
 * listens.
 */
const FROM = 15_000;
const TO = 32_000;

/** Where the next search begins. Processes that search at the same time begin at different places. */
let next = FROM + ((process.pid * 37) % (TO - FROM));

/**
 * Ports of 127.0.0.1 with nothing listening, one after the other. No two calls of a process get the same.
 * @param count at most a few dozen
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    if (next >= TO) {
      next = FROM;
      ports.length = 0;
    }
    const port = next++;
    if (await isBusy(port)) ports.length = 0;
    else ports.push(port);
  }
  return ports;
}
