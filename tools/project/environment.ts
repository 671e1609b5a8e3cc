import { readFileSync } from 'node:fs';
import { inRoot } from './root.ts';

/** What `npm start` is running, as it says in `.plimsoll/local.json`. */
export interface LocalFacts {
  gateway_port: number;
  console_port: number;
  sql_port: number;
  /** Where the local runtime keeps KV and Durable Objects: `--persist-to` of wrangler. */
  state_dir: string;
  /** Process of `npm start`; absent while it does not run. */
  pid?: number;
  /** Tells that process from a later one of the same number, where the system says. */
  process_identity?: string;
}

/** Where a command acts. */
export type Environment = { kind: 'production' } | { kind: 'local'; local: LocalFacts };

/** `--local` and `--remote` of a command. */
export interface EnvironmentOptions {
  local?: boolean;
  remote?: boolean;
}

/** The file that `npm start` writes. */
export const LOCAL_FACTS_FILE = inRoot('.plimsoll', 'local.json');

/** What holds when `npm start` has not said otherwise. */
export const DEFAULT_LOCAL_FACTS: LocalFacts = {
  gateway_port: 8787,
  console_port: 8788,
  sql_port: 8789,
  state_dir: inRoot('.plimsoll', 'local', 'state'),
};

/**
 * Where a command acts: as `--local` or `--remote` says (they exclude each other, see environment_options.ts), else in production
 * if there is a token for it, else in the local system.
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

/** Reads {@link LOCAL_FACTS_FILE}; what it does not say, or if it is not there, has its default. */
export function localFacts(file = LOCAL_FACTS_FILE): LocalFacts {
  let said: Partial<LocalFacts> = {};
  try {
    said = JSON.parse(readFileSync(file, 'utf8')) as Partial<LocalFacts>;
  } catch {
    // Not there, or half written: `npm start` is not running, or about to.
  }
  return { ...DEFAULT_LOCAL_FACTS, ...said };
}
