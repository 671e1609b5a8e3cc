import { readFileSync } from 'node:fs';
import { inRoot } from './root.ts';

/** The system that `npm start` runs, as described in `.plimsoll/local.json`. */
export interface LocalFacts {
  gateway_port: number;
  console_port: number;
  sql_port: number;
  /** Folder in which the local runtime keeps KV and Durable Objects: wrangler's `--persist-to`. */
  state_dir: string;
  /** The file that holds the local console's admin token. */
  token_file: string;
  /** Process of `npm start`; absent while it does not run. */
  pid?: number;
  /** Distinguishes that process from a later one with the same id; absent if the system does not tell. */
  process_identity?: string;
}

/** Where a command of `lb` acts. */
export type Environment = { kind: 'production' } | { kind: 'local'; local: LocalFacts };

/** `--local` and `--remote` of a command. */
export interface EnvironmentOptions {
  local?: boolean;
  remote?: boolean;
}

/** The file in which `npm start` describes what it runs. */
export const LOCAL_FACTS_FILE = inRoot('.plimsoll', 'local.json');

/** The facts that hold while `npm start` has not written others. */
export const DEFAULT_LOCAL_FACTS: LocalFacts = {
  gateway_port: 8787,
  console_port: 8788,
  sql_port: 8789,
  state_dir: inRoot('.plimsoll', 'local', 'state'),
  token_file: inRoot('.plimsoll', 'local', 'console.token'),
};

/**
 * Finds the environment in which a command acts. `--local` and `--remote` decide; they exclude each other, see
 * environment_options.ts. Without them it is production if CLOUDFLARE_API_TOKEN is set, and the local system if not.
 */
export function resolveEnvironment(
  options: EnvironmentOptions,
  env: NodeJS.ProcessEnv = process.env,
  file = LOCAL_FACTS_FILE,
): Environment {
  const remote = options.remote === true || Boolean(env['CLOUDFLARE_API_TOKEN']);
  if (remote && options.local !== true) return { kind: 'production' };
  return { kind: 'local', local: localFacts(file) };
}

/** Reads {@link LOCAL_FACTS_FILE}. Facts that are missing, or all of them without the file, have their defaults. */
export function localFacts(file = LOCAL_FACTS_FILE): LocalFacts {
  let said: Partial<LocalFacts> = {};
  try {
    said = JSON.parse(readFileSync(file, 'utf8')) as Partial<LocalFacts>;
  } catch {
    // Absent or half written: `npm start` is not running, or is just starting.
  }
  return { ...DEFAULT_LOCAL_FACTS, ...said };
}
