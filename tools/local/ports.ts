import { createServer } from 'node:net';
import { DEMO_ORIGINS } from './demo_origins.ts';
import type { StartOptions } from './options.ts';

/** A port on which a part will listen. */
export interface WantedPort {
  port: number;
  /** The part: `the gateway`. */
  use: string;
  /** The option that changes the port: `--port`. */
  option: string;
}

/** The ports that users know, and that must therefore be free. */
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

/** The reasons why these ports cannot be used, one line each. */
export async function portProblems(wanted: readonly WantedPort[]): Promise<string[]> {
  const problems: string[] = [];
  const taken = new Map<number, string>();
  for (const { port, use, option } of wanted) {
    const other = taken.get(port);
    taken.set(port, use);
    if (other !== undefined)
      problems.push(`port ${port} is used by ${other} and by ${use}; choose another one with ${option}`);
    else if (await isBusy(port))
      problems.push(
        `port ${port} (${use}) is in use; end the process that listens there, or choose another port with ${option}`,
      );
  }
  return problems;
}

/**
 * Whether a process on this machine listens on a port. Both loopback addresses count: we listen on 127.0.0.1, but a client
 * may resolve `localhost` to ::1 first.
 */
export async function isBusy(port: number): Promise<boolean> {
  return (await listens(port, '127.0.0.1')) || (await listens(port, '::1'));
}

function listens(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    // Other errors, as on a machine without IPv6, mean that nothing listens there.
    server.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'EADDRINUSE' || error.code === 'EACCES'),
    );
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(false)));
  });
}

/**
 * The range of free ports. It is below the ports that systems give to outgoing connections (from 32768 on Linux, from 49152
 * elsewhere). A connection may take one of those at any time, before our process listens.
 */
const FROM = 15_000;
const TO = 32_000;

/** Start of the next search. Processes that search at the same time start at different ports. */
let next = FROM + ((process.pid * 37) % (TO - FROM));

/**
 * Finds successive free ports of 127.0.0.1. Two calls in one process never get the same port.
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
