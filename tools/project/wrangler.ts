import { spawn } from 'node:child_process';
import { delimiter } from 'node:path';
import { text } from 'node:stream/consumers';
import { inRoot, ROOT } from './root.ts';

/** The exit code and the output of a run of wrangler. */
export interface WranglerResult {
  /** Exit code; 1 if a signal ended it. */
  code: number;
  stdout: string;
  stderr: string;
}

export interface WranglerOptions {
  /** Default: the repository's root. */
  cwd?: string;
  /** Added to this process's environment and {@link QUIET}. */
  env?: Record<string, string>;
  /** Standard input. Default: empty. */
  input?: string;
}

/** Variables with which wrangler asks, reports and fetches nothing that the command itself does not need. */
export const QUIET: Readonly<Record<string, string>> = {
  CI: '1',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  FORCE_COLOR: '0',
  WRANGLER_HIDE_BANNER: 'true',
  WRANGLER_NO_SKILLS_UPDATE_PROMPTS: 'true',
  WRANGLER_SEND_ERROR_REPORTS: 'false',
  WRANGLER_SEND_METRICS: 'false',
  X_LOCAL_EXPLORER: 'false',
  X_LOCAL_OBSERVABILITY: 'false',
};

/** The environment of wrangler. Its `[build]` commands call `node`, and PATH leads to this repository's Node. */
export function wranglerEnv(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const path = `${inRoot('node_modules', '.bin')}${delimiter}${process.env['PATH'] ?? ''}`;
  return { ...process.env, PATH: path, ...QUIET, ...extra };
}

/** The script to start with `process.execPath` for a wrangler that keeps running (`wrangler dev`). */
export const WRANGLER_SCRIPT = inRoot('node_modules', 'wrangler', 'bin', 'wrangler.js');

/**
 * Runs this repository's wrangler to its end.
 * @throws Error if wrangler cannot be started. If wrangler itself fails, `code` is not 0.
 */
export async function runWrangler(
  args: readonly string[],
  options: WranglerOptions = {},
): Promise<WranglerResult> {
  const child = spawn(process.execPath, [WRANGLER_SCRIPT, ...args], {
    cwd: options.cwd ?? ROOT,
    env: wranglerEnv(options.env),
    stdio: 'pipe',
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
  child.stdin.end(options.input ?? '');
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}
