import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { type Topology, toCapnp } from './capnp.ts';

/** A workerd process that listens. */
export interface Served {
  pid: number;
  /** Ports by the name of the socket. */
  ports: Record<string, number>;
  /** What it printed so far: console output and exceptions of its Workers. */
  output(): string;
  /** Ends it and deletes its files, Durable Objects included unless `disk` was given. Can be called twice. */
  stop(): Promise<void>;
}

/** How long workerd may take until all its sockets listen; it takes about 0.2 s on an idle machine. */
const START_TIMEOUT_MS = 20_000;

/**
 * Starts plain `workerd serve` with a topology and waits until every socket listens. Its ports are free ones
 * that the system chose. The process ends with this one at the latest.
 *
 * @param options.cpu pins it to one processor (Linux, needs `taskset`)
 * @param options.disk existing folder for Durable Objects, to find them again after a restart; default: a new one
 * @throws Error with workerd's own words if it does not start
 */
export async function serve(
  topology: Topology,
  options: { cpu?: number | undefined; disk?: string } = {},
): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-workerd-'));
  const files: Record<string, string> = {};
  for (const [name, worker] of Object.entries(topology.workers)) {
    files[name] = `${name}.js`;
    writeFileSync(join(folder, `${name}.js`), worker.source);
  }
  writeFileSync(join(folder, 'config.capnp'), toCapnp(topology, files, options.disk ?? folder));

  const command = [
    workerdBinary(),
    'serve',
    join(folder, 'config.capnp'),
    '--experimental',
    '--control-fd=3',
  ];
  if (options.cpu !== undefined) command.unshift('taskset', '-c', String(options.cpu));
  const [program = '', ...args] = command;
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  const kill = () => child.kill('SIGKILL');
  process.on('exit', kill);

  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async () => {
    kill();
    await ended;
    process.off('exit', kill);
    rmSync(folder, { recursive: true, force: true });
  };

  try {
    const ports = await listening(child, [...topology.sockets, ...Object.keys(topology.rpc_sockets ?? {})]);
    return { pid: child.pid ?? 0, ports, output: () => printed, stop };
  } catch (error) {
    await stop();
    throw new Error(`workerd did not start: ${(error as Error).message}\n${printed}`);
  }
}

/** The binary that the package `workerd` brings for this platform. */
function workerdBinary(): string {
  const fromHere = createRequire(import.meta.url);
  // workerd is wrangler's dependency, so it is resolved from there.
  const fromWrangler = createRequire(fromHere.resolve('wrangler/package.json'));
  const { default: path }: { default: string } = fromWrangler('workerd');
  return path;
}

/** Reads `{"event":"listen","socket":…,"port":…}` lines from the control pipe until all sockets listen. */
function listening(child: ChildProcess, sockets: readonly string[]): Promise<Record<string, number>> {
  return new Promise((resolve, reject) => {
    const ports: Record<string, number> = {};
    const timer = setTimeout(() => reject(new Error('not listening in time')), START_TIMEOUT_MS);
    const fail = (error: Error) => {
      clearTimeout(timer);
      reject(error);
    };
    child.once('error', fail);
    child.once('close', (code) => fail(new Error(`exit code ${code}`)));
    createInterface({ input: child.stdio[3] as Readable }).on('line', (line) => {
      const message = JSON.parse(line) as { event: string; socket?: string; port?: number };
      if (message.event !== 'listen' || message.socket === undefined || message.port === undefined) return;
      ports[message.socket] = message.port;
      if (sockets.every((socket) => socket in ports)) {
        clearTimeout(timer);
        resolve(ports);
      }
    });
  });
}
