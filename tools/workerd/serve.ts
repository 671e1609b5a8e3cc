import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { MAIN_MODULE, type Topology, toCapnp } from './capnp.ts';

/** A workerd process that listens. */
export interface Served {
  pid: number;
  /** Ports by name of the socket. */
  ports: Record<string, number>;
  /** Port of the debugger's protocol, with the option `inspector`. */
  inspector_port?: number | undefined;
  /** Its output so far: console output and exceptions of its Workers. */
  output(): string;
  /** Ends the process and deletes its files, including Durable Objects unless `disk` was given. It may be called twice. */
  stop(): Promise<void>;
}

/** Time until all sockets must listen. workerd takes about 0.2 s on an idle machine. */
const START_TIMEOUT_MS = 20_000;

/** Processes that end with this one. */
const children = new Set<ChildProcess>();

function killAll(): void {
  for (const child of children) child.kill('SIGKILL');
}

/**
 * Starts plain `workerd serve` with a topology, on free ports, and waits until every socket listens. The process ends with
 * this one at the latest.
 *
 * @param options.cpu pins the process to one processor (Linux, needs `taskset`)
 * @param options.disk existing folder for Durable Objects, which then survive a restart; default: a new folder
 * @param options.inspector opens the debugger's protocol on `inspector_port`
 * @throws Error with workerd's output if it does not start
 */
export async function serve(
  topology: Topology,
  options: { cpu?: number | undefined; disk?: string; inspector?: boolean } = {},
): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-workerd-'));
  const fileOf = (worker: string, module: string) => `${worker}-${module}`;
  for (const [name, { source, modules }] of Object.entries(topology.workers))
    for (const [module, text] of Object.entries({ [MAIN_MODULE]: source, ...modules }))
      writeFileSync(join(folder, fileOf(name, module)), text);
  writeFileSync(join(folder, 'config.capnp'), toCapnp(topology, fileOf, options.disk ?? folder));

  const command = [
    workerdBinary(),
    'serve',
    join(folder, 'config.capnp'),
    '--experimental',
    '--control-fd=3',
  ];
  if (options.inspector === true) command.push('--inspector-addr=127.0.0.1:0');
  if (options.cpu !== undefined) command.unshift('taskset', '-c', String(options.cpu));
  const [program = '', ...args] = command;
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  if (children.size === 0) process.on('exit', killAll);
  children.add(child);

  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
    children.delete(child);
    if (children.size === 0) process.off('exit', killAll);
    rmSync(folder, { recursive: true, force: true });
  };

  try {
    const sockets = [...topology.sockets, ...Object.keys(topology.rpc_sockets ?? {})];
    const ports = await listening(child, options.inspector === true ? [...sockets, INSPECTOR] : sockets);
    return { pid: child.pid ?? 0, ports, inspector_port: ports[INSPECTOR], output: () => printed, stop };
  } catch (error) {
    await stop();
    throw new Error(`workerd did not start: ${(error as Error).message}\n${printed}`);
  }
}

/** The binary of the package `workerd` for this platform. */
function workerdBinary(): string {
  const fromHere = createRequire(import.meta.url);
  // workerd is wrangler's dependency, so it is resolved from there.
  const fromWrangler = createRequire(fromHere.resolve('wrangler/package.json'));
  const { default: path }: { default: string } = fromWrangler('workerd');
  return path;
}

/** Name of the debugger's socket among the others. */
const INSPECTOR = ' inspector';

/**
 * Reads lines `{"event":"listen","socket":…,"port":…}` from the control pipe until all sockets listen. The event of the
 * debugger's socket is `listen-inspector`.
 */
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
      const socket = message.event === 'listen-inspector' ? INSPECTOR : message.socket;
      if (!message.event.startsWith('listen') || socket === undefined || message.port === undefined) return;
      ports[socket] = message.port;
      if (sockets.every((socket) => socket in ports)) {
        clearTimeout(timer);
        resolve(ports);
      }
    });
  });
}
