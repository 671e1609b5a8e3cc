import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from '../../../tools/local/ports.ts';

/** Ports that `npm start` is told. */
export interface StartPorts {
  gateway: number;
  console: number;
  sql: number;
  /** Of the first of three demo origins. */
  demo: number;
}

/** Free ports for one system. */
export async function startPorts(): Promise<StartPorts> {
  // The demo origins take three.
  const [gateway = 0, console = 0, sql = 0, demo = 0] = await freePorts(6);
  return { gateway, console, sql, demo };
}

/** The options that tell `npm start` its ports. */
export function portOptions({ gateway, console, sql, demo }: StartPorts): string[] {
  const options = { port: gateway, 'console-port': console, 'sql-port': sql, 'demo-port': demo };
  return Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
}

/** Runs npm in a copy of the repository. */
export function npmIn(folder: string, args: readonly string[]): ChildProcess {
  // Production's token in a developer's environment would send `lb sql` there.
  const env = {
    ...process.env,
    LB_PROFILE: 'local',
    CLOUDFLARE_API_TOKEN: '',
    PLIMSOLL_CONSOLE_URL: '',
    PLIMSOLL_TOKEN: '',
    NO_COLOR: '1',
  };
  return spawn('npm', args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Collects what a process prints. @returns what it has printed so far */
export function collect(child: ChildProcess): () => string {
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      said += chunk;
    });
  return () => said;
}

/** The admin token of the console that `npm start` runs in a copy of the repository. */
export function tokenIn(folder: string): string {
  return readFileSync(join(folder, '.plimsoll', 'local', 'console.token'), 'utf8').trim();
}
