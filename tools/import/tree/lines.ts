import { CliError } from '../../project/cli_error.ts';
import type { TreePath } from './tree.ts';

/** The line of a path, or of the nearest value around it. */
export function nearest(lines: ReadonlyMap<string, number>, path: TreePath): number {
  for (let length = path.length; length > 0; length--) {
    const line = lines.get(JSON.stringify(path.slice(0, length)));
    if (line !== undefined) return line;
  }
  return 1;
}

/**
 * Reads a file by a parser that calls itself for each level.
 * @throws CliError if the file has so many levels that the stack ends
 */
export function shallow<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new CliError(`${file} has too many levels; is it a configuration file?`);
  }
}
