import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { inRoot } from '../../../tools/project/root.ts';

/** The exit code and the output of a run of the real `lb`. */
export interface Run {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs `lb` as a process, without colours, and without the variables and profiles with which it would act in production. */
export async function lb(args: readonly string[], env: Record<string, string> = {}): Promise<Run> {
  // Node warns of FORCE_COLOR beside NO_COLOR.
  const { FORCE_COLOR: _, ...inherited } = process.env;
  const child = spawn(process.execPath, [inRoot('tools', 'cli', 'bin.js'), ...args], {
    env: {
      ...inherited,
      NO_COLOR: '1',
      CLOUDFLARE_API_TOKEN: '',
      PLIMSOLL_CONSOLE_URL: '',
      PLIMSOLL_TOKEN: '',
      LB_PROFILE: '',
      XDG_CONFIG_HOME: '/nowhere',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}
