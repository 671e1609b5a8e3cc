import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository. It does not depend on the working directory. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A path in the repository: `inRoot('.plimsoll', 'local.json')`. */
export function inRoot(...parts: string[]): string {
  return join(ROOT, ...parts);
}

/** The configuration file of commands that are called without one. */
export const DEFAULT_CONFIG_FILE = relative(process.cwd(), inRoot('plimsoll.jsonc'));
