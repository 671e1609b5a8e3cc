import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root, whatever directory a command is called from. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A path in the repository: `inRoot('.plimsoll', 'local.json')`. */
export function inRoot(...parts: string[]): string {
  return join(ROOT, ...parts);
}

/** The configuration that commands use when they are given none. */
export const DEFAULT_CONFIG_FILE = relative(process.cwd(), inRoot('plimsoll.jsonc'));
